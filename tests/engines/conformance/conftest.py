"""One small system on each runtime, driven through the contract alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from seatrial.capabilities.metrics import containers
from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload
from seatrial.contract.placement import Link, Seat
from seatrial.contract.runtime import (
    Change,
    Desired,
    Phase,
    Planned,
    Progress,
    Runtime,
    RuntimeFailure,
)
from seatrial.engines.toxiproxy import workload as toxiproxy
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.shared.state import State

_SYSTEM = Path(__file__).with_name("system")
_NAME = "conformity"
RUNTIMES = {"local": LocalRuntime, "compose": ComposeRuntime}


_KILLED = """
import importlib, os, signal, threading
from dataclasses import replace
from pathlib import Path
from seatrial.contract.action import *
from seatrial.runtimes.shared.journal import Journal
from seatrial.runtimes.{kind}.runtime import {name} as Runtime

kill, at = os.kill, {at!r}
runtime = Runtime({system!r}, Path({folder!r}))

def die(*_, **__):
    kill(os.getpid(), signal.SIGKILL)

def die_after_one(path):
    module, _, name = path.partition(':')
    owner = importlib.import_module(module)
    *way, last = name.split('.')
    for each in way:
        owner = getattr(owner, each)
    real = getattr(owner, last)
    def first(*words, **more):
        real(*words, **more)
        die()
    setattr(owner, last, first)

def acting(action, entry):
    if at == 'planned':
        die()
    if at == 'ending':
        threading.Timer(0.3, die).start()
    if at == 'halfway':
        die_after_one({call!r})
    return carrier.act(action, entry)

if at == 'before':
    Journal.open = die
carrier_of = runtime._carrier
def patched(fleet):
    global carrier
    carrier = carrier_of(fleet)
    return replace(carrier, act=acting)
runtime._carrier = patched
runtime.inject({action})
if at == 'undoing':
    die_after_one({call!r})
    runtime.undo_all()
    raise SystemExit('the undo never called {call}')
if at == 'halfway' or at == 'ending':
    raise SystemExit('the act ended before')
die()
"""


def _silent(_progress: Progress) -> None:
    pass


@dataclass
class Rig:
    """A system on one runtime."""

    kind: str
    folder: Path
    doors: list[Any] = field(default_factory=list)
    provided: bool = False

    @property
    def opened(self) -> Any:
        if not self.doors:
            self.doors.append(RUNTIMES[self.kind](_NAME, self.folder))
        return self.doors[0]

    def reopen(self) -> None:
        """The next who asks comes with a new command, which knows nothing."""
        while self.doors:
            self.doors.pop().close()

    @property
    def state(self) -> State:
        found: State = self.opened.state if self.kind == "compose" else self.opened.home
        return found

    def desired(
        self, runtime: Runtime, change: Mapping[str, Mapping[str, Any]], without: str = ""
    ) -> Desired:
        seats = [
            Seat(workload="back", ports={"http": 8000}, replicas=2, region="home"),
            Seat(workload="front", ports={"http": 8000}, region="home"),
            Seat(workload="stubborn", ports={"http": 8000}, region="home"),
            Seat(workload=toxiproxy.NAME, ports=toxiproxy.PORTS, region="home"),
            Seat(workload=containers.NAME, ports=containers.PORTS, region="home"),
        ]
        placed = runtime.place(tuple(seats), (Link(source="front", target="back", port="http"),))
        upstream = placed.via("front", "back", "http")[0]
        made = [
            _service("back", replicas=2, resources=Resources(memory=96 << 20)),
            _service("front", f"http://{upstream}", after=("back", toxiproxy.NAME)),
            _service("stubborn", env={"STUBBORN": "yes"}),
            toxiproxy.workload(placed.edges),
            containers.workload(owner=""),
        ]
        return Desired(
            system=_NAME,
            root=str(self.folder),
            placement=placed,
            workloads=tuple(
                replace(each, **change.get(each.name, {})) for each in made if each.name != without
            ),
            secrets=runtime.ensure_secrets(("word",)),
        )

    def apply(
        self, change: Mapping[str, Mapping[str, Any]] | None = None, without: str = ""
    ) -> dict[str, Change]:
        """What changed, but for what was kept."""
        runtime = self.opened
        with runtime.locked("test"):
            runtime.reserve(self.folder / "seatrial.yaml")
            desired = self.desired(runtime, change or {}, without)
            forgotten = self.kind == "compose" and self.state.read("images.json") is None
            if not self.provided or forgotten:  # `down` forgets what was brought
                runtime.provide(desired.workloads, _silent)
                self.provided = True
            done: tuple[Planned, ...] = runtime.apply(desired, _silent)
        return {each.workload: each.change for each in done if each.change is not Change.KEEP}

    def unready(self) -> list[str]:
        found = self.opened.status()
        assert found
        return [f"{e.workload}: {e.reason}" for e in found if e.phase is not Phase.READY]

    def phases(self, workload: str) -> list[str]:
        return [each.phase.value for each in self.opened.status() if each.workload == workload]

    def pids(self) -> dict[str, int | None]:
        return {f"{each.workload}.{each.replica}": each.pid for each in self.opened.status()}

    def get(self, workload: str, path: str = "/") -> tuple[int, str]:
        answer = self.opened.request("GET", workload, "http", path)
        return answer.status, answer.body.decode() if answer.status == 200 else ""

    def front(self) -> int:
        """What a user of the system gets: a status, or 0 for no answer at all."""
        try:
            return self.get("front")[0]
        except RuntimeFailure:
            return 0

    def killed(self, action: str, at: str = "end", call: str = "") -> None:
        """Inject in a process that is killed.

        `at` the end, before it can do anything more; `before` the journal is written; when the
        fault is `planned` and journalled and nothing was done yet; `halfway`, after its first
        `call` of this (`module:name`); while its act has begun and the runtime is `ending`
        something; while it is `undoing` it again, after the first `call`.
        """
        name = RUNTIMES[self.kind].__name__
        script = _KILLED.format(
            kind=self.kind,
            name=name,
            system=_NAME,
            folder=str(self.folder),
            at=at,
            call=call,
            action=action,
        )
        done = subprocess.run([sys.executable, "-c", script], timeout=120, check=False)
        assert done.returncode == -9
        self.reopen()

    def inside(self, workload: str) -> list[str]:
        """The words of every process in the memory groups of a workload's replicas."""
        found = []
        for name, pid in self.pids().items():
            if pid and name.startswith(f"{workload}."):
                for each in (_memory_group(pid) / "cgroup.procs").read_text().split():
                    with suppress(FileNotFoundError):
                        words = Path(f"/proc/{each}/cmdline").read_bytes()
                        found.append(words.replace(b"\0", b" ").decode(errors="replace"))
        return sorted(each for each in found if each)

    def killed_for_memory(self, workload: str) -> dict[str, int]:
        """How many processes the kernel killed in the memory group of each replica's process.

        A replica that it killed itself is another process, or none.
        """
        found: dict[str, int] = {}
        for name, pid in self.pids().items():
            if pid and name.startswith(f"{workload}."):
                with suppress(FileNotFoundError):  # it was killed just now
                    found[f"{name} as {pid}"] = _killed_in(_memory_group(pid))
        return found

    def down(self, *, purge: bool) -> None:
        self.opened.down(purge=purge, progress=_silent)

    def traces(self) -> list[str]:
        """What of the system is on this machine, or on its engine."""
        found = [str(self.state.path)] if self.state.path.exists() else []
        found += [
            str(each.pid)
            for each in psutil.process_iter(["environ"])
            if (each.info["environ"] or {}).get("SEATRIAL_HOME_OF") == str(self.state.path)
        ]
        if self.kind == "compose":
            engine, labels = self.opened.engine, self.opened.names.labels
            found += [each["Name"] for each in engine.containers(labels)]
            found += [each["Name"] for each in engine.volumes(labels)]
            found += [each["Name"] for each in engine.networks(labels)]
        return found


def _memory_group(pid: int) -> Path:
    """A process's group in version 1 of control groups, else in version 2: cgroups(7)."""
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    groups = {line.split(":", 2)[1]: line.split(":", 2)[2].lstrip("/") for line in lines}
    root = Path("/sys/fs/cgroup")
    return root / "memory" / groups["memory"] if "memory" in groups else root / groups[""]


def _killed_in(group: Path) -> int:
    """Formats: the kernel's documentation of memory.oom_control (v1) and memory.events (v2)."""
    first = group / "memory.oom_control"
    text = (first if first.exists() else group / "memory.events").read_text()
    return next(int(each.split()[1]) for each in text.splitlines() if "oom_kill " in each)


def _service(
    name: str, *upstream: str, env: Mapping[str, str] | None = None, **more: Any
) -> Workload:
    greeting = f"hello of {name} ${{self.replica}}\n"
    words = ("python3", "app.py", "${self.address}", "${self.ports.http}", "${self.dir}", *upstream)
    return Workload(
        name=name,
        origin=Origin.SERVICE,
        argv=words,
        build=".",
        env={"SECRET": "${secret.word}", "VERSION": "one", **(env or {})},
        secrets=("word",),
        files=(File(path="conf/greeting", text=greeting, why="said"),),
        ports={"http": 8000},
        volumes=(
            Volume(name="data", path="data"),
            Volume(name="small", path="small", size=4 << 20, durable=False),
        ),
        ready=Probe(port="http", path="/readyz", deadline=30),
        reload="HUP",
        grace=1.0,
        **more,
    )


@pytest.fixture(scope="module", params=RUNTIMES)
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The system, up; whatever the tests leave of it is removed, and nothing may be left."""
    compose = request.param == "compose"
    built = request.getfixturevalue("dockerfile") if compose else ""  # skips without an engine
    folder = tmp_path_factory.mktemp(request.param) / "system"
    shutil.copytree(_SYSTEM, folder)
    folder.parent.chmod(0o755)
    one = Rig(kind=request.param, folder=folder)
    (folder / "Dockerfile").write_text(built)
    try:
        one.apply()
        yield one
    finally:
        one.down(purge=True)
        assert one.traces() == []
        one.reopen()


@pytest.fixture
def whole(rig: Rig) -> Callable[[], None]:
    """Nothing of any fault is in place, by every sign of it."""

    def check() -> None:
        assert rig.unready() == []
        status, text = rig.get("front")
        assert status == 200
        assert text.startswith("hello of front 0 ")
        assert "| hello of back " in text
        toxics = rig.opened.request("GET", toxiproxy.NAME, "api", "/proxies").body
        assert all(not each["toxics"] for each in json.loads(toxics).values())
        assert rig.opened.undo_all() == ()

    return check
