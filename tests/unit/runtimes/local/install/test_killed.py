"""SIGKILL in the middle of an installation, wherever: it never looks complete."""

import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.engine import Engine
from seatrial.runtimes.local import install as installer
from seatrial.runtimes.local.install import Installed

Make = Callable[..., Engine]
_INSTALL = (
    "import os, pickle, signal, sys\n"
    "from pathlib import Path\n"
    "from seatrial.runtimes.local import install as installer\n"
    "from seatrial.runtimes.local.install import cache as caches, record\n"
    "engine = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
    "at = sys.argv[3]\n"
    "def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
    "if at == 'before-record': record.to_text = die\n"
    "if at == 'before-flush': installer.run.Installation._flush = die\n"
    "if at == 'before-rename': caches.Path.rename = die\n"
    "if at == 'after-rename': caches._flush_folder = die\n"
    "def tell(step):\n"
    "    if step.step == at: die()\n"
    "installer.install([engine], cache=Path(sys.argv[2]), progress=tell)\n"
)


@contextmanager
def installing(engine: Engine, cache: Path, at: str) -> Iterator["subprocess.Popen[bytes]"]:
    described = cache.parent / "engine.pickle"
    described.write_bytes(pickle.dumps(engine))
    argv = [sys.executable, "-c", _INSTALL, str(described), str(cache), at]
    with subprocess.Popen(argv) as process:
        try:
            yield process
        finally:
            process.kill()


def second_try_succeeds(engine: Engine, cache: Path) -> None:
    (got,) = installer.install([engine], cache=cache)
    assert isinstance(got, Installed)
    assert installer.verify(got) == ()
    assert installer.find(engine, cache) == got
    assert list((cache / "work").iterdir()) == []
    assert [each.name for each in (cache / "engines/tiny").iterdir()] == ["1.2.3-release"]


@pytest.mark.parametrize(
    "at",
    [
        "asking for its checksum",
        "downloading",
        "unpacking",
        "starting it once",
        "before-record",
        "before-flush",
        "before-rename",
    ],
)
def test_a_killed_installation_is_missing_and_a_second_one_succeeds(
    engine: Make, cache: Path, at: str
) -> None:
    tiny = engine()
    with installing(tiny, cache, at) as process:
        assert process.wait(300) == -signal.SIGKILL
    assert installer.find(tiny, cache) is None
    second_try_succeeds(tiny, cache)


def test_killed_right_after_it_was_moved_into_place_it_is_whole(engine: Make, cache: Path) -> None:
    tiny = engine()
    with installing(tiny, cache, "after-rename") as process:
        assert process.wait(300) == -signal.SIGKILL
    found = installer.find(tiny, cache)
    assert found is not None
    assert installer.verify(found) == ()
    second_try_succeeds(tiny, cache)


def test_killed_while_bytes_arrive(engine: Make, cache: Path, server: Any) -> None:
    tiny = engine()
    server.stall_after = 100
    with installing(tiny, cache, "never") as process:
        assert server.stalled.wait(300)
        assert not installer.sweep(installer.open_cache(cache))  # it is at work: hands off
        process.kill()
    server.stall_after = None
    assert installer.find(tiny, cache) is None
    assert installer.sweep(installer.open_cache(cache))
    assert list((cache / "work").iterdir()) == []
    second_try_succeeds(tiny, cache)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_is_missing_or_whole(engine: Make, cache: Path, seed: int) -> None:
    tiny = engine()
    with installing(tiny, cache, "never") as process:
        time.sleep(random.Random(seed).uniform(0.1, 0.8))  # noqa: S311 - a moment, not a secret
        process.kill()
    found = installer.find(tiny, cache)
    assert found is None or installer.verify(found) == ()
    second_try_succeeds(tiny, cache)


def test_what_it_started_dies_with_it(
    engine: Make, cache: Path, pack: Callable[..., bytes], program: bytes
) -> None:
    """An engine that is being tried must not outlive the installation that tries it."""
    sleeping = program.replace(b"one = ", b"import time\ntime.sleep(600)\none = ")
    tiny = engine(data=pack(program=sleeping))

    def alive() -> list[int]:
        return [
            int(each.name)
            for each in Path("/proc").iterdir()
            if each.name.isdigit() and f"{cache}/work".encode() in _words(each)
        ]

    with installing(tiny, cache, "never") as process:
        until(lambda: bool(alive()))
        process.kill()
    until(lambda: not alive())


def _words(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not true():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)
