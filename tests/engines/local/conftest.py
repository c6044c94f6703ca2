"""The tiny system in a folder of its own, driven by the real command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from seatrial.app.environment import open_runtime
from seatrial.contract.runtime import Phase
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.home import Home

_TINY = Path(__file__).with_name("tiny")
_BIN = Path(sys.executable).parent
_DEADLINE_S = 180


def until(ask: Callable[[], Any], what: str = "") -> Any:
    end = time.monotonic() + _DEADLINE_S
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.05)
    return pytest.fail(f"did not happen: {what}")


@dataclass(frozen=True)
class Traces:
    """What a system leaves on a machine while it runs."""

    processes: tuple[str, ...]
    mounts: tuple[str, ...]
    groups: tuple[str, ...]
    sockets: tuple[str, ...]
    files: tuple[str, ...]


NOTHING = Traces((), (), (), (), ())


@dataclass(frozen=True)
class Live:
    """One copy of the tiny system."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "seatrial.yaml"

    @property
    def home(self) -> Home:
        return Home.of("tiny", self.folder.resolve())

    @property
    def runtime(self) -> LocalRuntime:
        return open_runtime(self.file)

    def begin(self, *arguments: str, python: str = "python") -> subprocess.Popen[str]:
        """A command of seatrial, without waiting for it."""
        environment = {key: value for key, value in os.environ.items() if key != "SEATRIAL_CACHE"}
        environment["PATH"] = f"{_BIN}:{environment['PATH']}"
        return subprocess.Popen(
            [_BIN / python, _BIN / "seatrial", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        """A command of seatrial that ends with this code; all that it said."""
        with self.begin(*arguments) as process:
            said, _ = process.communicate(timeout=600)
        assert process.returncode == code, said
        return said

    def python(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        """A script with `runtime` open, and `ARGUMENTS`."""
        opened = (
            "import sys\nfrom pathlib import Path\n"
            "from seatrial.app.environment import open_runtime\n"
            "from seatrial.contract.action import *\n"
            f"runtime = open_runtime(Path({str(self.file)!r}))\nARGUMENTS = sys.argv[1:]\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", opened + script, *arguments], stdout=subprocess.PIPE, text=True
        )

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new, 1))

    def pids(self) -> dict[str, int | None]:
        return {f"{each.workload}.{each.replica}": each.pid for each in self.runtime.status()}

    def unready(self) -> list[str]:
        found = self.runtime.status()
        assert found
        return [f"{e.workload}: {e.reason}" for e in found if e.phase is not Phase.READY]

    def supervisor(self) -> int:
        return int((self.home.path / "supervisord.pid").read_text())

    def front(self) -> tuple[int, str]:
        """What a user of the system gets."""
        answer = httpx.get(f"http://{self.address('front')}:8000/", timeout=30, trust_env=False)
        return answer.status_code, answer.text if answer.is_success else ""

    def address(self, workload: str) -> str:
        document = json.loads((self.home.path / "desired.json").read_text())
        return next(
            str(each["address"])
            for each in document["placement"]["locations"]
            if each["workload"] == workload
        )

    def traces(self) -> Traces:
        """Everything on this machine that names this system."""
        home = str(self.home.path)
        subnet = self.home.read("subnet.json")
        mounts = Path("/proc/mounts").read_text().splitlines()
        unix = Path("/proc/net/unix").read_text().splitlines()
        lock, socket = self.home.path.with_suffix(".lock"), self.home.socket
        return Traces(
            processes=tuple(_processes(home)),
            mounts=tuple(each for each in mounts if home in each or str(self.folder) in each),
            groups=tuple(str(each) for each in self.groups()),
            sockets=(
                *(each for each in unix if home in each or str(socket) in each),
                *self.listening_in(subnet),
            ),
            files=tuple(str(each) for each in (self.home.path, lock, socket) if each.exists()),
        )

    def groups(self) -> list[Path]:
        """Its control groups; those of others come and go while we look."""
        name = self.home.path.name
        everywhere = (Path(each) for each, _, _ in os.walk("/sys/fs/cgroup"))
        return [each for each in everywhere if (each.parent.name, each.name) == ("seatrial", name)]

    def limits(self, workload: str, pattern: str) -> list[Path]:
        """Files of the control groups of its first replica: a group bears the replica's address."""
        name = self.address(workload)
        return [path for each in self.groups() for path in each.glob(f"{name}/{pattern}")]

    def limited(self, workload: str) -> bool:
        """Whether its memory is limited."""
        return bool(self.limits(workload, "memory.[lm]*"))

    def listening_in(self, subnet: int | None) -> list[str]:
        return [
            f"{at.ip}:{at.port}"
            for each in psutil.net_connections("tcp4")
            if (at := each.laddr)
            and each.status == psutil.CONN_LISTEN
            and at.ip.startswith(f"127.{subnet}.")
        ]


def _processes(home: str) -> Iterator[str]:
    """By words, environment or folder: some programs write a title over the first two."""
    for each in psutil.process_iter():
        try:
            words = Path(f"/proc/{each.pid}/cmdline").read_bytes().decode()
            environment = Path(f"/proc/{each.pid}/environ").read_bytes().split(b"\0")
            where = Path(f"/proc/{each.pid}/cwd").readlink()
            zombie = each.status() == psutil.STATUS_ZOMBIE
        except (OSError, psutil.NoSuchProcess):
            continue
        told = home in words or f"SEATRIAL_HOME_OF={home}".encode() in environment
        if not zombie and (told or where.is_relative_to(home)):
            yield f"{each.pid} {words}"


def _begun(folder: Path) -> Iterator[Live]:
    shutil.copytree(_TINY, folder)
    one = Live(folder)
    try:
        yield one
    finally:
        one.run("down", "--purge", "--yes")
        assert one.traces() == NOTHING
        for number in (signal.SIGCONT, signal.SIGKILL):
            for line in _processes(str(one.home.path)):
                os.kill(int(line.split()[0]), number)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Live]:
    """A copy that is not up; whatever a test leaves of it is removed."""
    yield from _begun(tmp_path / "tiny")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One system for a module's tests, up."""
    for one in _begun(tmp_path_factory.mktemp("up") / "tiny"):
        one.run("up")
        yield one


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Ask until it is so."""
    return until


@pytest.fixture
def nothing() -> Traces:
    """What there is of a system that is down."""
    return NOTHING
