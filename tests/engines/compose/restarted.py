"""A system on a private engine that is restarted under it; run by `test_restarted.py`.

In namespaces of its own (mounts, network): nothing of the machine, nor of another engine on it,
sees any of this. Arguments: the engine's folder, images to load, a Dockerfile.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.docker import bridge, daemon, programs
from scripts.docker.place import Place

from seatrial.contract.action import Disconnect, Halt, Kill, Pause, RollingRestart
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, RuntimeFailure
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local.install import open_cache

_APP = Path(__file__).parents[1] / "conformance/system/app.py"
_WITHIN = 90.0
# what is true once the engine is back: whom it was told to end, no policy starts again
FAULTS = {
    Kill(workload="back"): "held",
    Kill(workload="back", replica=1): "ready held",
    Halt(workload="back"): "held",
    Pause(workload="back"): "ready",  # it was ended frozen, and begins anew
    Disconnect(workload="back"): "unready",
}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def until(ask: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _WITHIN
    while not ask():
        if time.monotonic() > end:
            raise AssertionError(what)
        time.sleep(0.2)


class Restarted:
    """The engine and the system on it."""

    def __init__(self, folder: Path) -> None:
        found = programs.found(open_cache())
        assert found is not None, "the engine is not unpacked"
        self.programs = found
        self.place = Place(folder / "engine")
        self.folder = folder / "system"
        self.folder.mkdir()
        os.environ["DOCKER_HOST"] = self.place.host
        os.environ["DOCKER_CONFIG"] = str(self.place.client)
        os.environ["PATH"] = f"{found.folder}:{os.environ['PATH']}"
        os.environ["SEATRIAL_HOME"] = str(folder / "states")

    def start(self) -> None:
        """Also again: one that runs is stopped before."""
        daemon.start(self.place, self.programs)

    def crash(self) -> None:
        """As if the machine had lost power: the next start finds what is on disk."""
        os.kill(int(self.place.pid.read_text()), signal.SIGKILL)

    def opened(self) -> ComposeRuntime:
        """A new command, which knows nothing."""
        return ComposeRuntime("restarted", self.folder)

    def up(self) -> None:
        runtime = self.opened()
        runtime.reserve(self.folder / "seatrial.yaml")
        seat = Seat(workload="back", ports={"http": 8000}, replicas=2, region="home")
        words = ("python3", "app.py", "${self.address}", "${self.ports.http}", "${self.dir}")
        back = Workload(
            name="back",
            origin=Origin.SERVICE,
            argv=words,
            build=".",
            env={"SECRET": "none", "VERSION": "one"},
            files=(File(path="conf/greeting", text="hello\n", why="said"),),
            ports={"http": 8000},
            replicas=2,
            ready=Probe(port="http", path="/readyz", deadline=60),
            grace=1.0,
        )
        desired = Desired(
            system="restarted",
            root=str(self.folder),
            placement=runtime.place((seat,), ()),
            workloads=(back,),
        )
        runtime.provide(desired.workloads, lambda _: None)
        runtime.apply(desired, lambda _: None)
        runtime.close()

    def phases(self) -> str:
        """Of both replicas; one word where they agree."""
        runtime = self.opened()
        try:
            found = [each.phase.value for each in runtime.status()]
        finally:
            runtime.close()
        return found[0] if len(set(found)) == 1 else " ".join(found)

    def undone(self, times: int) -> None:
        """By another command; then all is as it was."""
        runtime = self.opened()
        said = runtime.undo_all()
        assert len(said) == times, said
        assert all(each.endswith("undone") for each in said), said
        assert self.phases() == "ready"
        assert runtime.request("GET", "back", "http", "/").status == 200
        assert runtime.undo_all() == ()
        runtime.close()


def faults(one: Restarted) -> None:
    for crashed in (False, True):
        for action, phases in FAULTS.items():
            # what is frozen no signal ends, and after a crash nobody is left to thaw it
            if crashed and not isinstance(action, Kill | Disconnect):
                continue
            runtime = one.opened()
            runtime.inject(action)
            if crashed:
                one.crash()
            one.start()
            until(lambda phases=phases: one.phases() == phases, f"{action}: {phases}")  # type: ignore[misc]
            runtime.close()
            one.undone(1)
            say(f"seen and undone: {action}, {'crashed' if crashed else 'restarted'}")


def during(one: Restarted) -> None:
    """The engine goes away in the middle of a drill's act."""
    runtime = one.opened()
    told: list[str] = []

    def act() -> None:
        try:
            runtime.inject(RollingRestart(workload="back", away=2.0))
        except RuntimeFailure as failure:
            told.append(failure.summary)

    drill = threading.Thread(target=act)
    drill.start()
    until(lambda: "exited" in one.phases() or "held" in one.phases(), "a replica that is away")
    daemon.stop(one.place, one.programs)
    drill.join()
    assert told, "a drill whose engine went away was taken for one that went well"
    assert "\n" not in told[0]
    with suppress(RuntimeFailure):
        one.phases()
        raise AssertionError("nobody can know how it is")
    one.start()
    one.undone(1)
    say(f"told and undone: {told[0]}")
    runtime.close()


def main() -> None:
    folder, images, dockerfile = (Path(each) for each in sys.argv[1:])
    bridge.up("lo")
    one = Restarted(folder)
    one.start()
    try:
        subprocess.run(["docker", "load", "--input", str(images)], check=True)
        shutil.copy(_APP, one.folder)
        shutil.copy(dockerfile, one.folder / "Dockerfile")
        one.up()
        faults(one)
        during(one)
        runtime: Any = one.opened()
        runtime.down(purge=True, progress=lambda _: None)
        assert runtime.engine.containers(runtime.names.labels) == ()
    finally:
        daemon.stop(one.place, one.programs)


if __name__ == "__main__":
    main()
