"""Images that are made here run, are small, are not made twice, and fail in words."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.images import Image, Source, archive, within

Ensure = Callable[..., Mapping[str, Image]]
_KEPT = "from seatrial.daemons.shared.programs import kept; print(kept())"
_RESTIC = """
import asyncio
from seatrial.daemons.backups.command import run
from seatrial.daemons.shared.programs import PLACE, called
words, program = called("restic", {{PLACE: "{place}"}})
print(asyncio.run(run(*words, "version", within=60, executable=program)))
"""
_ABSENT = "seatrial-tests.invalid/none:1"


def _run(client: Client, image: Image, *argv: str) -> str:
    hardened = ("--read-only", "--network=none", "--cap-drop=ALL", "--tmpfs=/tmp:mode=1777")
    done = subprocess.run(
        ["docker", "run", "--rm", *hardened, image.reference, *argv],
        env=client.environment(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.stdout


def _service(folder: Path, dockerfile: str) -> Workload:
    folder.mkdir()
    (folder / "Dockerfile").write_text(dockerfile)
    return Workload(name="app", origin=Origin.SERVICE, argv=(), build=folder.name)


def test_an_engine_runs_as_an_ordinary_user_without_a_shell(
    client: Client, bring: Ensure, engine: Callable[[str], Workload]
) -> None:
    image = bring(engine("redis"))["redis"]
    assert f"v={image.version}" in _run(client, image, image.program("redis-server"), "--version")
    found = client.sdk.images.get(image.reference)
    assert found.attrs["Config"]["User"] == "65532:65532"
    assert "executable file not found" in _run(client, image, "sh", "-c", "true")
    assert image.size < 60_000_000


def test_a_database_is_initialised_in_a_container_that_may_write_nowhere_else(
    client: Client, bring: Ensure, engine: Callable[[str], Workload]
) -> None:
    image = bring(engine("postgres"))["postgres"]
    said = _run(client, image, "initdb", "--pgdata=/tmp/data", "--no-sync", "--username=app")
    assert "Success" in said


def test_the_daemons_are_one_image_that_brings_its_own_python(
    client: Client, bring: Ensure, daemon: Workload
) -> None:
    image = bring(daemon)["sink"]
    for name in ("prober", "watchdog", "sink"):
        assert "usage" in _run(client, image, "python", "-m", f"seatrial.daemons.{name}", "--help")


def test_a_daemon_stands_in_an_image_that_has_nothing_of_what_it_needs(
    client: Client, bring: Ensure, tmp_path: Path
) -> None:
    # an allocator that its own programs load first, as many images have one
    text = (
        'FROM scratch\nCOPY Dockerfile /\nENV LD_PRELOAD="/theirs.so /other.so"\nUSER 10001:10002\n'
    )
    bare = _service(tmp_path / "bare", text)
    beside = Workload(
        name="app-backups",
        origin=Origin.DAEMON,
        argv=("python",),
        shares="app",
        commands=True,
        tools=("restic",),
    )
    image = bring(bare, beside)["app-backups"]
    assert client.sdk.images.get(image.reference).attrs["Config"]["User"] == "10001:10002"
    said = _run(client, image, *within.PYTHON, "-m", "seatrial.daemons.backups", "--help")
    assert "usage" in said, said
    assert "theirs" not in said, "our loader was told of what is theirs"
    said = _run(client, image, *within.PYTHON, "-c", _KEPT)
    assert said.strip() == "{'LD_PRELOAD': '/theirs.so /other.so'}"
    said = _run(client, image, *within.PYTHON, "-c", _RESTIC.format(place=within.START))
    assert "restic 0." in said, said
    assert bring(bare, beside)["app-backups"].id == image.id, "it is not made again"


def test_what_is_there_is_not_made_again(
    bring: Ensure, engine: Callable[[str], Workload], daemon: Workload
) -> None:
    first = bring(engine("redis"), daemon)
    steps: list[Progress] = []
    again = bring(engine("redis"), daemon, steps=steps)
    assert {name: each.id for name, each in again.items()} == {
        name: each.id for name, each in first.items()
    }
    assert not [each.detail for each in steps if "building" in each.detail]
    assert [each.done for each in steps if each.done is not None] == [True, True]


@pytest.fixture
def based(client: Client, bring: Ensure, daemon: Workload) -> Iterator[str]:
    """The name of an image that a Dockerfile can build on; what is built is removed."""
    yield bring(daemon)["sink"].reference
    for tag in ("seatrial/imaginary.app:latest",):
        if client.sdk.images.list(name=tag):
            client.sdk.images.remove(tag, force=True)


def test_a_service_is_built_from_its_own_dockerfile(
    client: Client, bring: Ensure, tmp_path: Path, based: str
) -> None:
    text = f"FROM {based}\nCOPY Dockerfile /built\n"
    image = bring(_service(tmp_path / "app", text))["app"]
    assert image.source is Source.YOURS
    assert _run(client, image, "python", "-c", "print('COPY' in open('/built').read())") == "True\n"


def test_a_broken_dockerfile_is_told_with_the_last_lines_of_the_build(
    bring: Ensure, tmp_path: Path, based: str
) -> None:
    text = f'FROM {based}\nRUN ["python", "-c", "raise SystemExit(\'no wheel for this\')"]\n'
    with pytest.raises(RuntimeFailure) as caught:
        bring(_service(tmp_path / "app", text))
    assert "building app failed" in caught.value.summary
    assert caught.value.cure == f"mend {tmp_path}/app/Dockerfile"
    assert any("no wheel for this" in line for line in caught.value.logs)


def test_a_base_that_cannot_be_had_is_named(bring: Ensure, tmp_path: Path) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        bring(_service(tmp_path / "app", f"FROM {_ABSENT}\n"))
    assert f"app is built on {_ABSENT}, which is not here" in caught.value.summary
    assert "seatrial images load" in caught.value.cure


def test_a_service_with_neither_image_nor_build_is_told_so(bring: Ensure) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        bring(Workload(name="app", origin=Origin.SERVICE, argv=()))
    assert caught.value.cure == "add `build:` or `image:` to services.app"


def test_a_dockerfile_that_is_not_there_is_told_with_its_place(bring: Ensure) -> None:
    with pytest.raises(RuntimeFailure, match="Dockerfile, which cannot be read"):
        bring(Workload(name="app", origin=Origin.SERVICE, argv=(), build="nowhere"))


@pytest.fixture
def saved(
    client: Client, bring: Ensure, engine: Callable[[str], Workload], tmp_path: Path
) -> tuple[Path, str]:
    """A file with one image, under a name of its own."""
    name = "seatrial-tests/saved:1"
    image = client.sdk.images.get(bring(engine("redis"))["redis"].reference)
    image.tag(name)
    file = tmp_path / "images.tar"
    archive.save(client, [name], file, lambda _step: None)
    client.sdk.images.remove(name)
    return file, name


def test_what_was_saved_is_there_again_after_it_was_loaded(
    client: Client, saved: tuple[Path, str]
) -> None:
    file, name = saved
    assert not client.sdk.images.list(name=name)
    try:
        ((member, taken),) = archive.load(client, file, lambda _step: None)
        assert (member.reference, taken) == (name, True)
        assert client.sdk.images.list(name=name)
    finally:
        client.sdk.images.remove(name)


def test_a_file_with_a_changed_byte_is_refused_whole(
    client: Client, saved: tuple[Path, str], tmp_path: Path
) -> None:
    file, name = saved
    bent = tmp_path / "bent.tar"
    shutil.copy(file, bent)
    with bent.open("r+b") as stream:
        stream.seek(100_000)
        byte = stream.read(1)
        stream.seek(100_000)
        stream.write(bytes((byte[0] ^ 1,)))
    with pytest.raises(RuntimeFailure, match="is not what was saved"):
        archive.load(client, bent, lambda _step: None)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(file.read_bytes()[:200_000])
    with pytest.raises(RuntimeFailure, match=r"not whole|cannot be read"):
        archive.load(client, cut, lambda _step: None)
    assert not client.sdk.images.list(name=name)
