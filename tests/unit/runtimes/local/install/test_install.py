import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.engine import Engine, Release
from seatrial.runtimes.local import install as installer
from seatrial.runtimes.local.install import Installed, NotInstalled

Make = Callable[..., Engine]


def installed(outcome: object) -> Installed:
    assert isinstance(outcome, Installed), outcome
    return outcome


def refused(outcome: object) -> str:
    assert isinstance(outcome, NotInstalled), outcome
    return "; ".join(f"{each.source}: {each.text}" for each in outcome.reasons)


def everything(folder: Path) -> list[str]:
    return sorted(
        str(each.relative_to(folder)) for each in folder.rglob("*") if each.name != "lock"
    )


def test_a_release_is_checked_unpacked_started_and_found(
    engine: Make, cache: Path, server: Any
) -> None:
    tiny = engine()
    assert installer.find(tiny, cache) is None
    steps: list[str] = []
    (got,) = installer.install([tiny], cache=cache, progress=lambda step: steps.append(step.step))
    one = installed(got)
    assert (one.version, one.source) == ("1.2.3", "release")
    assert installer.find(tiny, cache) == one
    assert installer.verify(one) == ()
    assert steps[-1] == "ready"
    assert "starting it once" in steps
    asked = len(server.asked)
    assert installer.install([tiny], cache=cache) == (one,)
    assert len(server.asked) == asked
    assert list((cache / "work").iterdir()) == []


def test_what_is_installed_is_readable_by_every_uid(engine: Make, cache: Path) -> None:
    before = os.umask(0o077)
    try:
        one = installed(installer.install([engine()], cache=cache)[0])
    finally:
        os.umask(before)
    for path in (cache, *one.home.parents[: len(one.home.relative_to(cache).parts)]):
        assert stat.S_IMODE(path.stat().st_mode) & 0o055 == 0o055, path
    assert stat.S_IMODE(one.programs["tiny"].stat().st_mode) & 0o555 == 0o555


def test_a_wrong_checksum_is_refused_and_nothing_stays(
    engine: Make, cache: Path, server: Any
) -> None:
    tiny = engine()
    server.files["/tiny.tar.gz"] += b"!"
    assert "has the SHA-256" in refused(installer.install([tiny], cache=cache)[0])
    assert everything(cache) == ["work"]


@pytest.mark.parametrize("name", ["t/../../../escaped", "t//tmp/escaped", "t/a/../../../escaped"])
def test_an_archive_never_writes_outside(
    engine: Make, cache: Path, pack: Callable[..., bytes], name: str
) -> None:
    refused(installer.install([engine(data=pack(name=name))], cache=cache)[0])
    assert everything(cache) == ["work"]
    assert [each.name for each in cache.parent.iterdir()] == ["cache"]
    assert not Path("/tmp/escaped").exists()  # noqa: S108 - where it would have gone


def test_each_source_is_tried_in_turn_and_every_reason_is_told(
    engine: Make, cache: Path, server: Any
) -> None:
    tiny = engine()
    (good,) = tiny.sources
    assert isinstance(good, Release)
    bad = replace(good, url=server.address + "/gone.tar.gz")
    told: list[str] = []
    (got,) = installer.install(
        [replace(tiny, sources=(bad, good))],
        cache=cache,
        progress=lambda step: told.append(step.step),
    )
    assert installed(got).source == "release"
    assert "no: no checksum is published for gone.tar.gz" in told
    reasons = refused(installer.install([replace(tiny, name="t", sources=(bad,))], cache=cache)[0])
    assert "path: no tiny on PATH" in reasons
    assert "release: no checksum is published for gone.tar.gz" in reasons


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (b"#!/bin/sh\necho version 0.9\n", "version 0.9 is older than 1.0"),
        (b"#!/bin/sh\necho hello\n", "tiny does not tell its version: hello"),
        (b"#!/bin/sh\necho version 1.2.3; test $1 = --version\n", "it ended at its start"),
        (b"#!/no/such/interpreter\n", "tiny does not"),
    ],
)
def test_a_program_that_does_not_run_here_is_not_installed(
    engine: Make, cache: Path, pack: Callable[..., bytes], program: bytes, reason: str
) -> None:
    tiny = engine(data=pack(program=program))
    assert reason in refused(installer.install([tiny], cache=cache)[0])
    assert everything(cache) == ["work"]
    assert installer.find(tiny, cache) is None


def test_a_program_that_was_changed_is_not_believed_and_is_made_anew(
    engine: Make, cache: Path
) -> None:
    tiny = engine()
    one = installed(installer.install([tiny], cache=cache)[0])
    program = one.programs["tiny"]
    program.write_bytes(program.read_bytes() + b"# altered\n")
    assert installer.verify(one) == ("tiny",)
    assert installer.find(tiny, cache) is None
    again = installed(installer.install([tiny], cache=cache)[0])
    assert installer.verify(again) == ()
    assert installer.find(tiny, cache) == again


def test_an_engine_on_path_is_taken_as_it_is(
    engine: Make, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Any
) -> None:
    program = tmp_path / "tiny"
    program.write_text("#!/bin/sh\necho tiny version 7.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    one = installed(installer.install([engine()], cache=cache)[0])
    assert (one.version, one.source) == ("7.0", "path")
    assert server.asked == []
    assert installer.find(engine(), cache) == one


def test_a_cache_that_may_not_be_written_is_named(engine: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (got,) = installer.install([engine()], cache=tmp_path / "file" / "cache")
    assert isinstance(got, NotInstalled)
    assert str(tmp_path / "file" / "cache") in refused(got)
    assert "SEATRIAL_CACHE" in got.cure


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted by root")
def test_a_full_disk_is_named_and_nothing_half_is_left(
    engine: Make, small_disk: Path, pack: Callable[..., bytes], program: bytes
) -> None:
    noise = os.urandom(400_000)
    tiny = engine(data=pack(program=program + noise))
    cache = small_disk / "cache"
    (got,) = installer.install([tiny], cache=cache)
    assert isinstance(got, NotInstalled)
    assert f"the disk of {cache} is full" in refused(got)
    assert "larger disk" in got.cure
    assert everything(cache) == ["work"]
    assert installer.find(tiny, cache) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted by root")
def test_a_disk_that_fills_while_unpacking_is_named_too(
    engine: Make, small_disk: Path, pack: Callable[..., bytes]
) -> None:
    tiny = engine(data=pack(padding=4 << 20))  # zeros pack well
    (got,) = installer.install([tiny], cache=small_disk / "cache")
    assert f"the disk of {small_disk / 'cache'} is full" in refused(got)
    assert everything(small_disk / "cache") == ["work"]
