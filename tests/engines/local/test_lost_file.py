"""What runs is found, shown and stopped although its file was renamed, is broken or is gone."""

import json
import os
import signal
import time
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-lost-file")]
_SMALL = """\
seatrial: 1
system: {name}
teams:
  web: {{chat: "#web"}}
services:
  {name}-front:
    owner: web
    run: python3 app.py ${{self.address}} ${{self.ports.http}}
    ports: {{http: 8000}}
    environment: {{GREETING: hello}}
    health: {{ready: /readyz}}
    grace: 2s
promises: []
"""


def test_a_system_outlives_its_file_and_is_found_by_its_folder(tiny: Any, nothing: Any) -> None:
    tiny.run("up")
    subnet, text = tiny.home.read("subnet.json"), tiny.file.read_text()
    for lost in ("renamed", "gone", "broken", "empty", "folder"):
        lose(tiny, lost)
        said = tiny.run("status", code=1 if lost == "renamed" else 0)
        assert "ready" in said, lost
        told = "tiny (from seatrial.yaml) runs in this folder" in said
        assert told is (lost in {"renamed", "gone"}), lost  # else by the folder's own name
        assert "nothing to undo" in tiny.run("undo"), lost
        assert "no system" not in tiny.run("status", "--system", "tiny")
        restore(tiny, text)
    # a file that was named and is not there is a mistake while the system's own file is there
    said = tiny.run("down", "-f", "mistyped.yaml", code=2)
    assert "ST1001" in said
    assert "`seatrial down --system tiny`" in said
    assert "no system other of this folder" in tiny.run("down", "--system", "other", code=2)
    assert tiny.unready() == []
    lose(tiny, "gone")
    said = tiny.run("down", "--purge", "--yes")
    assert "seatrial.yaml is not there; tiny (from seatrial.yaml) runs" in said
    assert tiny.traces() == nothing
    assert tiny.listening_in(subnet) == []
    said = tiny.run("down", code=2)
    assert f"no system of {tiny.folder} runs" in said
    restore(tiny, text)
    assert "nothing of tiny ran" in tiny.run("down")


def ends(pid: int) -> bool:
    """Whether it ends soon; one that nobody waits for has: not every machine's init does."""
    try:
        process = psutil.Process(pid)
        for _ in range(100):
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        return True
    return False


def lose(tiny: Any, how: str) -> None:
    text = tiny.file.read_text()
    if how == "renamed":
        tiny.edit("system: tiny", "system: other")
    elif how == "broken":
        tiny.file.write_text(text.replace("system: tiny", "system: [tiny"))
    elif how == "empty":
        tiny.file.write_text("")
    else:
        tiny.file.unlink()
        if how == "folder":
            tiny.file.mkdir()


def restore(tiny: Any, text: str) -> None:
    if tiny.file.is_dir():
        tiny.file.rmdir()
    tiny.file.write_text(text)


def test_of_several_systems_in_a_folder_none_is_taken_for_another(tiny: Any) -> None:
    """Two files, two systems; then both files are gone."""
    files = {name: tiny.folder / f"{name}.yaml" for name in ("one", "two")}
    tiny.file.unlink()
    for name, file in files.items():
        file.write_text(_SMALL.format(name=name))
        tiny.run("up", "-f", file.name)
    try:
        said = tiny.run("down", code=2)
        assert (
            "several systems of this folder run: one (from one.yaml), two (from two.yaml)" in said
        )
        assert "--system one" in said
        # the one is down; a file that describes what does not run never stops the other
        said = tiny.run("down", "-f", "one.yaml", "--purge", "--yes")
        assert "two (from two.yaml) runs in this folder" in said
        assert "nothing of one ran" in tiny.run("down", "-f", "one.yaml", "--purge", "--yes")
        assert "ready" in tiny.run("status", "-f", "two.yaml")
        # renamed and up again: what ran before still does, and is named
        files["two"].write_text(_SMALL.format(name="three"))
        said = tiny.run("up", "-f", "two.yaml")
        assert "two (from two.yaml) runs in this folder; `seatrial down --system two`" in said
        tiny.run("down", "--system", "two", "--purge", "--yes")
        files["two"].unlink()
        said = tiny.run("down", "--purge", "--yes")
        assert "three (from two.yaml) runs" in said
    finally:
        for name in ("one", "two", "three"):
            tiny.begin("down", "--system", name, "--purge", "--yes").communicate(timeout=300)
        (tiny.folder / "seatrial.yaml").write_text("system: tiny\n")


def test_data_stays_also_after_a_second_down_and_goes_when_it_is_asked_for(tiny: Any) -> None:
    tiny.run("up")
    data = tiny.home.replica("prometheus", 0) / "data"
    tiny.run("down")
    kept = sorted(each.name for each in data.iterdir())
    assert kept
    tiny.run("down")
    assert sorted(each.name for each in data.iterdir()) == kept
    tiny.file.unlink()
    assert "tiny" in tiny.run("down", "--purge", "--yes")
    assert not tiny.home.path.exists()
    tiny.file.write_text("system: tiny\n")


def test_status_tells_that_the_process_manager_was_killed(tiny: Any, nothing: Any) -> None:
    tiny.run("up")
    before = tiny.pids()
    with tiny.python("runtime.inject(Pause(workload='back'))") as injecting:
        assert injecting.wait(300) == 0
    os.kill(tiny.supervisor(), signal.SIGKILL)
    said = tiny.run("status", code=1)
    assert "the process manager (supervisord) is gone, and" in said
    assert "processes of tiny still run" in said
    assert "`seatrial up` starts everything anew, `seatrial down` ends them" in said
    text, _ = tiny.begin("status", "--json").communicate(timeout=300)
    found = json.loads(text[: text.rindex("]") + 1])
    phases = {f"{each['workload']}.{each['replica']}": each["phase"] for each in found}
    assert phases.keys() == before.keys()
    # the paused one is gone: the kernel hangs up on a stopped group that loses its parent
    assert {"front.0", "aside.0", "aside.1"} <= {
        name for name, phase in phases.items() if phase == "orphaned"
    }
    for each in found:
        name = f"{each['workload']}.{each['replica']}"
        if each["phase"] == "orphaned":
            assert each["pid"] == before[name]
        else:  # what writes a line now dies of it: nobody reads any more
            assert each["phase"] == "absent"
            assert ends(before[name]), name
    # a fault that nobody can undo one by one is neither undone nor forgotten
    assert "`seatrial up`" in tiny.run("undo", code=3)
    os.kill(before["front.0"], signal.SIGKILL)
    absent = [each for each in tiny.runtime.status() if each.phase == "absent"]
    assert "front" in {each.workload for each in absent}
    tiny.run("up")
    assert tiny.unready() == []
    assert "nothing to undo" in tiny.run("undo")
    tiny.run("down", "--purge", "--yes")
    assert tiny.traces() == nothing
