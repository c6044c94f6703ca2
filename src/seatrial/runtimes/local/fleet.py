"""The replicas of one system as they run: started, stopped, reloaded, asked."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from seatrial.contract.output import Workload
from seatrial.contract.placement import Placement
from seatrial.contract.runtime import (
    Executed,
    NoSuchWorkload,
    Phase,
    ReplicaStatus,
    RuntimeFailure,
)
from seatrial.runtimes.local import cgroups, processes, volumes
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.namespace import inside
from seatrial.runtimes.local.orphans import orphans
from seatrial.runtimes.local.prepare import Prepared
from seatrial.runtimes.local.replica import Replica
from seatrial.runtimes.local.supervisor import Supervisor
from seatrial.runtimes.shared import ready
from seatrial.runtimes.shared.limits import COMMAND_SECONDS
from seatrial.runtimes.shared.prepare import LAST_LINES, prepare

Apart = Mapping[Path, list[psutil.Process]]  # by a replica's folder: `processes.apart`
CRASHES = 6  # different pids while it should become ready: it will not


class _Crashing(Exception):  # noqa: N818 - a finding, caught where it is raised
    pass


class Fleet:
    """All replicas of one desired state."""

    def __init__(
        self,
        *,
        home: Home,
        folder: Path,
        engines: Engines,
        placement: Placement,
        workloads: Mapping[str, Workload],
        secrets: Mapping[str, str],
    ) -> None:
        """Nothing is done yet."""
        self.home = home
        self.placement = placement
        self.workloads = workloads
        self.supervisor = Supervisor(home)
        self.leave = threading.Event()  # set when nobody waits any more
        self._folder = folder
        self._engines = engines
        self._secrets = secrets

    def replicas(self, workload: str) -> int:
        """How many replicas a workload has."""
        return self._workload(workload).replicas

    def _workload(self, name: str) -> Workload:
        try:
            return self.workloads[name]
        except KeyError:
            raise NoSuchWorkload(name, self.workloads) from None

    def replica(self, workload: str, replica: int) -> Replica:
        """One replica, in the limits that `prepare` made."""
        one, location = self._workload(workload), self.placement.of(workload)[replica]
        return Replica(
            home=self.home,
            folder=self._folder,
            workload=one,
            location=location,
            engines=self._engines,
            secrets=self._secrets,
            cgroups=cgroups.made(self._group(workload, replica), one.resources),
            shared=self.placement.of(one.shares)[replica] if one.shares else None,
            ways=self.placement.ways(location),
        )

    def _group(self, workload: str, replica: int) -> str:
        """By address: figures are asked for by it."""
        return f"{self.home.path.name}/{self.placement.of(workload)[replica].address}"

    def volume(self, workload: str, replica: int, name: str) -> Path:
        """Where a volume of a replica is, as seen from outside its mount namespace."""
        for each in self._workload(workload).volumes:
            if each.name == name:
                inside = self.replica(workload, replica).directory / each.path
                pid = self.supervisor_pid()
                return volumes.seen(inside, pid) if each.size and pid else inside
        raise RuntimeFailure(f"{workload} has no volume {name}")

    def supervisor_pid(self) -> int | None:
        """The pid of the process manager."""
        try:
            return int((self.home.path / "supervisord.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def family(self, workload: str, replica: int) -> list[psutil.Process]:
        """Every process of a replica; those that have left their parent also where that is gone."""
        apart = processes.apart(self.home).get(self.home.replica(workload, replica), ())
        return processes.tree(self.pid(workload, replica), apart)

    def pid(self, workload: str, replica: int) -> int | None:
        """The pid of a replica's root process; None while it does not run."""
        info = self.supervisor.processes().get(f"{workload}.{replica}", {})
        return int(info.get("pid") or 0) or None

    def prepare(self, workload: str) -> None:
        """Make the limits of a workload's replicas, write them, prepare each new volume once."""
        for number in range(self.replicas(workload)):
            if os.geteuid() == 0:
                cgroups.create(self._group(workload, number), self._workload(workload).resources)
            one = self.replica(workload, number)
            one.write()
            volumes.mount(one, self.supervisor_pid())
            site = Prepared(home=self.home, one=one, execute=self._executed)
            prepare(one.workload, site)

    def start(self, workload: str) -> None:
        """Start every replica that does not run; does not wait."""
        for number in range(self.replicas(workload)):
            self.supervisor.start(f"{workload}.{number}")

    def begin(self, workload: str) -> None:
        """Start every replica, and wait until it is ready."""
        self.start(workload)
        for number in range(self.replicas(workload)):
            self.wait_ready(workload, number)

    def stop(self, workload: str) -> None:
        """Stop every replica gracefully."""
        for number in range(self.replicas(workload)):
            self.supervisor.stop(f"{workload}.{number}")

    def kill(self, workload: str) -> None:
        """SIGKILL all that is of it, also what has left its parent, and keep it stopped."""
        for number in range(self.replicas(workload)):
            processes.kill(partial(self.family, workload, number))
            self.supervisor.stop(f"{workload}.{number}")  # which may have started it again
            processes.kill(partial(self.family, workload, number))

    def restart(self, workload: str, replica: int, *, away: float = 0.0) -> None:
        """Stop one replica, start it `away` seconds later, wait until it is ready."""
        self.supervisor.stop(f"{workload}.{replica}")
        time.sleep(away)
        self.supervisor.start(f"{workload}.{replica}")
        self.wait_ready(workload, replica)

    def reload(self, workload: str, replica: int) -> None:
        """Make a replica read its files again: by its signal, else by a restart."""
        one = self._workload(workload)
        pid = self.pid(workload, replica)
        if pid is None:
            return
        if one.reload:
            os.kill(pid, signal.Signals[f"SIG{one.reload}"])
        else:
            self.restart(workload, replica)

    def ask(self, workload: str, replica: int) -> str:
        """Why a replica is not ready; empty when it is."""
        one = self.replica(workload, replica)
        if self.home.held(workload, replica).exists():
            return "held down by a fault"
        if self.pid(workload, replica) is None:
            return "it does not run"
        if one.workload.ready is None:
            return ""
        probe = one.workload.ready
        endpoint = one.location.endpoint(probe.port) if probe.port else None
        return ready.answers(probe, endpoint, lambda argv: self.execute(one, argv).status)

    def wait_ready(self, workload: str, replica: int) -> None:
        """Wait until a replica is ready.

        Raises RuntimeFailure with its last log lines, and Left once `leave` is set.
        """
        probe = self._workload(workload).ready
        deadline = probe.deadline if probe is not None else 10.0
        seen: set[int | None] = set()

        def ask() -> str:
            if self.leave.is_set():
                raise ready.Left
            seen.add(self.pid(workload, replica))
            reason = self.ask(workload, replica)
            if reason and len(seen) > CRASHES:
                raise _Crashing
            return reason

        try:
            reason = ready.wait(ask, deadline)
            summary = f"{workload} was not ready within {deadline:.0f} s: {reason}"
        except _Crashing:
            reason = "it ends again and again"
            summary = f"{workload} cannot become ready: {reason}"
        if reason:
            raise RuntimeFailure(
                summary,
                f"run `seatrial status --logs {workload}`",
                self.logs(workload, LAST_LINES),
            )

    def execute(self, one: Replica, argv: tuple[str, ...], stdin: str = "") -> Executed:
        """Run a command as a replica would, with its user, folder and environment."""
        return self._executed(one, argv, (), stdin)

    def _executed(
        self, one: Replica, argv: tuple[str, ...], held: tuple[int, ...], stdin: str = ""
    ) -> Executed:
        """Also with files that it holds open as long as it runs."""
        words = one.command(argv)
        pid = self.supervisor_pid()
        if one.uid is not None and pid is not None:
            words = (*inside(pid, one.uid, one.directory), *words)
        try:
            done = subprocess.run(
                words,
                cwd=one.directory,
                env=one.environment(),
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=COMMAND_SECONDS,
                pass_fds=held,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RuntimeFailure(f"{argv[0]} could not be run: {error}") from error
        return Executed(status=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """The last lines of every replica of a workload."""
        found: list[str] = []
        for number in range(self.replicas(workload)):
            path = self.home.logs / f"{workload}.{number}.log"
            try:
                with path.open("rb") as file:
                    file.seek(max(0, path.stat().st_size - 200 * lines - 4096))
                    text = file.read().decode(errors="replace")
            except OSError:
                continue
            found += text.splitlines()[-lines:]
        return tuple(found)

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Each replica as it is."""
        known = self.supervisor.processes()
        if not known and not self.supervisor.alive():
            return self._orphaned()
        apart = processes.apart(self.home)
        return tuple(
            self._status(name, number, known.get(f"{name}.{number}", {}), apart)
            for name, one in self.workloads.items()
            for number in range(one.replicas)
        )

    def _status(
        self, name: str, number: int, info: Mapping[str, Any], apart: Apart
    ) -> ReplicaStatus:
        pid = int(info.get("pid") or 0) or None
        reason = ""
        if self.home.held(name, number).exists():
            phase, reason = Phase.HELD, "held down by a fault"
        elif pid is None:
            phase = Phase.ABSENT if not info else Phase.EXITED
            reason = str(info.get("description", "nothing holds it"))
        elif processes.stopped(pid):
            phase, reason = Phase.PAUSED, "stopped by a fault"
        else:
            reason = self.ask(name, number)
            phase = Phase.UNREADY if reason else Phase.READY
        since = float(info["start"]) if pid and info.get("start") else None
        return self._seen(
            name, number, phase=phase, reason=reason, pid=pid, since=since, apart=apart
        )

    def _orphaned(self) -> tuple[ReplicaStatus, ...]:
        """Each replica when nothing holds it: its processes may live all the same."""
        found = orphans(self.home, self.placement.locations)
        apart = processes.apart(self.home)
        return tuple(
            self._seen(
                name,
                number,
                phase=Phase.ORPHANED if (name, number) in found.first else Phase.ABSENT,
                reason=found.reason,
                pid=found.first.get((name, number)),
                apart=apart,
            )
            for name, one in self.workloads.items()
            for number in range(one.replicas)
        )

    def _seen(
        self,
        name: str,
        number: int,
        *,
        phase: Phase,
        reason: str,
        pid: int | None,
        since: float | None = None,
        apart: Apart,
    ) -> ReplicaStatus:
        found = processes.tree(pid, apart.get(self.home.replica(name, number), ())) if pid else []
        return ReplicaStatus(
            workload=name,
            replica=number,
            phase=phase,
            reason=reason,
            pid=pid,
            since=since,
            memory=processes.memory(found),
            cpu=processes.cpu(found),
            address=self.placement.of(name)[number].address,
        )
