"""What goes wrong with an engine is a sentence with its cure, and leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.runtimes.compose.client import Client

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-bad-input")]
Tiny = Callable[[], Any]


def test_an_engine_that_is_not_there_is_told(tiny: Tiny) -> None:
    one = tiny()
    nowhere = {"DOCKER_HOST": f"unix://{one.folder}/nobody.sock"}
    said = one.run("up", code=3, env=nowhere)
    assert "cure" in said
    assert "Traceback" not in said
    assert one.traces() == []
    assert "workload" in one.run("plan", env=nowhere)  # looking needs no engine


def test_a_name_of_anothers_container_is_told_and_theirs_stays(tiny: Tiny, client: Client) -> None:
    one = tiny()
    api = client.sdk.api
    name = one.names.replica("sink", 0)
    image = client.sdk.images.list(name="seatrial/daemons")[0].id
    api.create_container(image, name=name, command=["python", "-c", ""])
    try:
        said = one.run("up", code=3)
        assert "another container has a name that this system needs" in said
        assert "docker ps -a" in said
        one.run("down")
        assert api.inspect_container(name)["Name"] == f"/{name}"
    finally:
        api.remove_container(name)


def test_a_network_of_anothers_is_told_and_theirs_stays(tiny: Tiny, client: Client) -> None:
    one = tiny()
    made = client.sdk.api.create_network(one.names.project)["Id"]
    try:
        said = one.run("up", code=3)
        assert f"a network {one.names.project} that is not seatrial's" in said
        one.run("down")
        assert client.sdk.api.inspect_network(made)["Id"] == made
    finally:
        client.sdk.api.remove_network(made)


def test_a_service_with_neither_image_nor_build_is_told(tiny: Tiny) -> None:
    one = tiny()
    one.edit("    build: .\n", "")
    said = one.run("up", code=3)
    assert "front has neither an image nor a build" in said
    assert one.traces() == []  # what was reserved is taken back


def test_two_systems_of_the_same_name_do_not_meet(tiny: Tiny) -> None:
    first, second = tiny(), tiny()
    assert first.names.project != second.names.project
    assert first.names.state.path != second.names.state.path


def test_a_build_without_room_is_told_as_that(tiny: Tiny) -> None:
    one = tiny()
    # the one size-limited file system that every build has
    script = "open('/dev/shm/big', 'wb').write(bytes(1 << 28))"
    fill = f"RUN {json.dumps(['python', '-c', script])}\n"
    path = one.folder / "Dockerfile"
    path.write_text(path.read_text() + fill)
    said = one.run("up", code=3)
    assert "no space is left" in said
    assert "docker system df" in said
    assert "Errno 28" in said  # what the build itself said


def test_one_that_ends_again_and_again_is_told_with_its_last_words(tiny: Tiny) -> None:
    one = tiny()
    one.edit(
        "run: python3 app.py ${self.address} ${self.ports.http}\n",
        """run: python3 -c "raise SystemExit('there is no licence')"\n""",
    )
    said = one.run("up", code=3)
    assert "back" in said
    assert "there is no licence" in said
    assert "ready" not in {
        each["phase"]
        for each in json.loads(one.run("status", "--json", code=1))
        if each["workload"] == "back"
    }


def test_one_that_ignores_sigterm_is_replaced_and_goes_with_the_rest(tiny: Tiny) -> None:
    one = tiny()
    deaf = (
        "import runpy, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "runpy.run_path('app.py', run_name='__main__')"
    )
    program = "run: python3 app.py ${self.address} ${self.ports.http}\n"
    one.edit(program, program.replace("app.py", f'-c "{deaf}"'))
    one.run("up")
    health = "}\n    health: {ready: /readyz}\n    limits"
    one.edit(f"GREETING: hello{health}", f"GREETING: hi{health}")
    assert "back" in one.run("up")
    assert "nothing would change" in one.run("diff")
    assert "removed" in one.run("down", "--purge", "--yes")
