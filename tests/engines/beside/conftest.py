"""A compose project of somebody else, and seatrial beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.environment import open_runtime
from seatrial.contract.output import Origin, Probe, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, Progress

_CORNER = Path(__file__).with_name("corner")
_APP = Path(__file__).parents[1] / "local/tiny/app.py"
_BIN = Path(sys.executable).parent
# what the engine writes anew at each start, whoever starts a container
_EACH_START = frozenset(
    {"Pid", "StartedAt", "FinishedAt", "SandboxID", "SandboxKey", "EndpointID", "Ports"}
)
_WATCH = "import http.server as s; s.ThreadingHTTPServer(('', 8000), s.SimpleHTTPRequestHandler)"
_ASK = """
import sys, urllib.request
open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
print(open(sys.argv[1], timeout=5).read().decode())
"""


def _silent(_progress: Progress) -> None:
    pass


@dataclass
class Corner:
    """A copy of the corner shop, and what is done beside it."""

    folder: Path
    doors: list[Any] = field(default_factory=list)

    @property
    def project(self) -> str:
        return self.folder.name

    @property
    def file(self) -> Path:
        return self.folder / "seatrial.yaml"

    def compose(self, *words: str) -> str:
        """What its owner does."""
        done = subprocess.run(
            ["docker", "compose", "--ansi", "never", *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def run(self, *arguments: str, code: int = 0) -> str:
        """A command of seatrial that ends with this code; all that it said."""
        done = subprocess.run(
            [_BIN / "seatrial", *arguments],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{_BIN}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert (
            "src/seatrial" not in done.stdout
        )  # a traceback of ours; lines of theirs may hold one
        return done.stdout

    def edit(self, old: str, new: str, name: str = "compose.yaml") -> None:
        path = self.folder / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def inspected(self, kind: str, *names: str) -> Any:
        done = subprocess.run(
            ["docker", kind, "inspect", *names], capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def listed(self, *words: str) -> list[str]:
        label = f"label=com.docker.compose.project={self.project}"
        done = subprocess.run(
            ["docker", *words, "--filter", label, "--quiet"],
            capture_output=True,
            text=True,
            check=True,
        )
        return sorted(done.stdout.split())

    def theirs(self) -> Any:
        """Everything of the project as the engine tells it, but for what each start writes."""
        containers = self.inspected("container", *self.listed("container", "ls", "--all"))
        networks = self.inspected("network", *self.listed("network", "ls"))
        volumes = self.inspected("volume", *self.listed("volume", "ls"))
        for each in networks:
            each["Containers"] = {
                name: one
                for name, one in each["Containers"].items()
                if one["Name"].startswith(f"{self.project}-")
            }
        return _timeless([containers, networks, volumes])

    @property
    def opened(self) -> Any:
        if not self.doors:
            self.doors.append(open_runtime(self.file))
        return self.doors[0]

    def reopen(self) -> None:
        """The next who asks comes with a new command, which knows nothing."""
        while self.doors:
            self.doors.pop().close()

    def apply(self) -> dict[str, str]:
        """One workload of ours that reaches all of theirs; what became of each, and why."""
        runtime = self.opened
        names = {"web": 8080, "stock": 9000}
        seats = [
            Seat(workload=name, ports={"http": port}, region="home", attached=True)
            for name, port in names.items()
        ]
        watcher = Seat(workload="watcher", ports={"http": 8000}, region="home")
        placed = runtime.place((*seats, watcher), ())
        attached = [
            Workload(
                name=name,
                origin=Origin.SERVICE,
                argv=(),
                attached=True,
                ports={"http": port},
                grace=1.0,
            )
            for name, port in names.items()
        ]
        own = Workload(
            name="watcher",
            origin=Origin.DAEMON,
            argv=("python", "-c", f"{_WATCH}.serve_forever()"),
            ports={"http": 8000},
            ready=Probe(port="http", path="/", deadline=60),
            calls=("stock", "web"),
            grace=1.0,
        )
        with runtime.locked("test"):
            runtime.reserve(self.file)
            desired = Desired(
                system="corner",
                root=str(self.folder),
                placement=placed,
                workloads=(*attached, own),
            )
            runtime.provide(desired.workloads, _silent)
            done = runtime.apply(desired, _silent)
        return {each.workload: f"{each.change}: {each.reason}" for each in done}

    def asked(self, workload: str, replica: int, port: int, path: str = "/") -> str:
        """What one of theirs answers to one of ours, by the name that the placement gives it."""
        host = self.opened.status()
        name = next(e.address for e in host if (e.workload, e.replica) == (workload, replica))
        words = ("python", "-c", _ASK, f"http://{name}:{port}{path}")
        done = self.opened.execute("watcher", words)
        return done.stdout.strip() if done.status == 0 else ""

    def phases(self, workload: str) -> list[str]:
        return [each.phase.value for each in self.opened.status() if each.workload == workload]

    def killed(self, act: str, before: str = "") -> None:
        """Let a process act (`inject(...)`, `undo_all()`) that is killed before it does more.

        With `before` it is killed as it would call this of the engine (`start`).
        """
        script = (
            "import os, signal\nfrom pathlib import Path\n"
            "from seatrial.app.environment import open_runtime\n"
            "from seatrial.contract.action import *\n"
            "def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
            f"runtime = open_runtime(Path({str(self.file)!r}))\n"
            + (f"runtime.engine.{before} = die\n" if before else "")
            + f"runtime.{act}\n"
            "die()\n"
        )
        done = subprocess.run([sys.executable, "-c", script], timeout=900, check=False)
        assert done.returncode == -9
        self.reopen()

    def traces(self) -> list[str]:
        """What there is of ours, here and on the engine."""
        names, engine = self.opened.names, self.opened.engine
        found = [each["Name"] for each in engine.containers(names.labels)]
        found += [each["Name"] for each in engine.volumes(names.labels)]
        found += [each["Name"] for each in engine.networks(names.labels)]
        return found + [str(self.opened.state.path)] * self.opened.state.path.exists()


def _timeless(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _timeless(each) for key, each in found.items() if key not in _EACH_START}
    return [_timeless(each) for each in found] if isinstance(found, list) else found


@pytest.fixture(scope="module")
def make(
    dockerfile: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Corner]]:
    """Makes copies; whatever a test leaves of them is removed, and nothing of ours may be left."""
    made: list[Corner] = []

    def one() -> Corner:
        folder = tmp_path_factory.mktemp("corner") / f"corner-{uuid.uuid4().hex[:8]}"
        shutil.copytree(_CORNER, folder)
        shutil.copy(_APP, folder)
        (folder / "Dockerfile").write_text(dockerfile)
        made.append(Corner(folder))
        return made[-1]

    yield one
    for each in made:
        each.reopen()
        each.run("down", "--purge", "--yes")
        left = each.traces()
        each.reopen()
        each.compose("down", "--volumes", "--timeout", "1", "--rmi", "local")
        assert left == []


@pytest.fixture(scope="module")
def corner(make: Callable[[], Corner]) -> Corner:
    """The shop runs, and seatrial knows of it."""
    one = make()
    one.run("init", "--from", "compose.yaml", "--yes", "--name", "corner", "--owner", "shop")
    one.compose("up", "--detach", "--build")
    return one


@pytest.fixture(scope="module")
def beside(corner: Corner) -> Corner:
    """One workload of ours is beside it."""
    corner.before = corner.theirs()  # type: ignore[attr-defined]
    corner.apply()
    return corner
