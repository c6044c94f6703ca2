"""The replicas of one system as containers: filled, started, stopped, asked."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from seatrial.contract.output import Workload
from seatrial.contract.placement import Endpoint, Placement
from seatrial.contract.runtime import Executed, NoSuchWorkload, Phase, ReplicaStatus, RuntimeFailure
from seatrial.runtimes.compose import lines, signals
from seatrial.runtimes.compose.commands import HELPER_MEMORY, Once, execute, once
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.host import noted
from seatrial.runtimes.compose.names import DIGEST, Names
from seatrial.runtimes.compose.prepare import Prepared, own
from seatrial.runtimes.compose.replica import KEPT, Image, Replica, own_volume
from seatrial.runtimes.shared import ready
from seatrial.runtimes.shared.prepare import LAST_LINES, prepare

CRASHES = 5  # restarts while it should become ready: it will not
APPLIED = "applied.json"  # in the volume: digests of the files that were applied
_ASIDE = """
import os
os.rename(os.environ['FROM'], os.environ['TO'])
"""


class _Crashing(Exception):  # noqa: N818 - a finding, caught where it is raised
    pass


class Fleet:
    """All replicas of one desired state.

    `image` gives a workload's image by its name, `helper` one with Python, `joins` the networks of
    others that a workload is on as well: name to id. `others` are containers that are not ours, and
    whose lines are to be read.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        names: Names,
        placement: Placement,
        workloads: Mapping[str, Workload],
        image: Callable[[str], Image],
        helper: Callable[[], Image],
        secrets: Mapping[str, str],
        joins: Callable[[str], Mapping[str, str]] = lambda _workload: {},
        others: Callable[[], tuple[lines.Written, ...]] = tuple,
    ) -> None:
        """Nothing is done yet."""
        self.engine = engine
        self.names = names
        self.placement = placement
        self.workloads = workloads
        self.leave = threading.Event()  # set when nobody waits any more
        self._image = image
        self.helper = helper
        self._secrets = secrets
        self._joins = joins
        self.others = others

    def workload(self, name: str) -> Workload:
        """A workload. Raises RuntimeFailure with those that there are."""
        try:
            return self.workloads[name]
        except KeyError:
            raise NoSuchWorkload(name, self.workloads) from None

    def replicas(self, workload: str) -> int:
        """How many replicas a workload has."""
        return self.workload(workload).replicas

    def replica(self, workload: str, replica: int) -> Replica:
        """One replica."""
        location = self.placement.of(workload)[replica]
        return Replica(
            names=self.names,
            workload=self.workload(workload),
            location=location,
            image=self._image(workload),
            secrets=self._secrets,
            joins=self._joins(workload),
            podman=self.engine.client.podman,
            lines=lines.folder(self.engine.client),
            host=noted(self.names.state),
            sharing=frozenset(name for name, each in self.workloads.items() if each.shares),
            ways=self.placement.ways(location),
        )

    def all(self) -> tuple[Replica, ...]:
        """Every replica of every workload."""
        return tuple(
            self.replica(name, number)
            for name, one in self.workloads.items()
            for number in range(one.replicas)
        )

    def name(self, workload: str, replica: int) -> str:
        """A replica's container; raises RuntimeFailure for a workload that is not there."""
        self.workload(workload)
        return self.names.replica(workload, replica)

    # -- what was applied --------------------------------------------------------------------

    def digests(self, one: Replica, spec: str) -> dict[str, str]:
        """What a second `up` compares: each file and the container itself."""
        number = one.location.replica
        found = {f"{number}:{path}": digest for path, digest in one.files().items()}
        return {**found, f"{number}:spec": spec}

    def applied(self, container: Inspected) -> dict[str, str]:
        """The same of a container that is there: its label, and the record in its volume."""
        number = container["Config"]["Labels"].get("seatrial.replica", "0")
        raw = self.engine.get(container["Id"], f"{own_volume(container)}/{APPLIED}")
        try:
            files = json.loads(raw or b"")
        except ValueError:
            files = {"spec": "unknown"}  # not one `up` has ended since it was made
        label = {"spec": container["Config"]["Labels"].get(DIGEST, "")}
        return {f"{number}:{key}": digest for key, digest in {**label, **files}.items()}

    def fill(self, one: Replica) -> None:
        """Write the volume's files; until `record` nobody knows what the replica runs on."""
        unknown = json.dumps({"spec": "unknown"})
        self.engine.put(one.name, one.volume, (*one.entries(), own(APPLIED, unknown)))

    def record(self, one: Replica) -> None:
        """The replica runs on these files."""
        self.engine.put(one.name, one.volume, (own(APPLIED, json.dumps(one.files())),))

    def prepare(self, workload: str) -> None:
        """Fill each replica's volume, and prepare each new one once."""
        for number in range(self.replicas(workload)):
            one = self.replica(workload, number)
            self.fill(one)
            site = Prepared(engine=self.engine, one=one, apart=self.apart, move=self._aside)
            prepare(one.workload, site)

    # -- started, stopped, reloaded ----------------------------------------------------------

    def state(self, workload: str, replica: int) -> Mapping[str, Any]:
        """What the engine says of a replica's processes; empty where there is no container."""
        found = self.engine.inspect(self.name(workload, replica))
        return found["State"] if found is not None else {}

    def there(self, workload: str) -> list[int]:
        """The replicas that have a container, running or not."""
        return [each for each in range(self.replicas(workload)) if self.state(workload, each)]

    def runs(self, workload: str, replica: int) -> bool:
        """Whether a replica's processes are there."""
        state = self.state(workload, replica)
        return bool(state.get("Running")) and not state.get("Restarting")

    def start(self, workload: str) -> None:
        """Start every replica that does not run; does not wait."""
        for number in range(self.replicas(workload)):
            self.engine.start(self.name(workload, number))

    def stop(self, workload: str) -> None:
        """Stop every replica gracefully."""
        for number in range(self.replicas(workload)):
            self.halt(workload, number)

    def halt(self, workload: str, replica: int) -> None:
        """Stop one replica gracefully; a frozen one could not hear of it."""
        name = self.name(workload, replica)
        if self.state(workload, replica).get("Paused"):
            self.engine.unpause(name)
        self.engine.stop(name, self.workload(workload).grace)

    def kill(self, workload: str) -> None:
        """Stop every replica at once; a frozen one could not be ended."""
        for number in range(self.replicas(workload)):
            name = self.name(workload, number)
            if self.state(workload, number).get("Paused"):
                self.engine.unpause(name)
            self.engine.stop(name, 0)

    def restart(self, workload: str, replica: int, *, away: float = 0.0) -> None:
        """Stop one replica, start it `away` seconds later, wait until it is ready."""
        self.halt(workload, replica)
        time.sleep(away)
        self.engine.start(self.name(workload, replica))
        self.wait_ready(workload, replica)

    def reload(self, workload: str, replica: int) -> None:
        """Make a replica read its files again: by its signal, else by a restart."""
        if not self.runs(workload, replica):
            return
        one = self.workload(workload)
        if one.reload:
            signals.tell(self.engine, self.name(workload, replica), one.reload)
        else:
            self.restart(workload, replica)

    # -- ready? ------------------------------------------------------------------------------

    def endpoint(self, workload: str, replica: int, port: str) -> Endpoint | None:
        """Where this machine reaches a replica's port now."""
        number = self.placement.of(workload)[replica].ports[port]
        found = self.engine.endpoint(self.name(workload, replica), number)
        return Endpoint(host=found[0], port=found[1]) if found else None

    def ask(self, workload: str, replica: int, state: Mapping[str, Any] | None = None) -> str:
        """Why a replica is not ready; empty when it is."""
        state = self.state(workload, replica) if state is None else state
        if not state.get("Running") or state.get("Restarting"):
            return ended(state)
        if state.get("Paused"):
            return "frozen"
        probe = self.workload(workload).ready
        if probe is None:
            return ""
        endpoint = self.endpoint(workload, replica, probe.port) if probe.port else None

        def run(argv: tuple[str, ...]) -> int:
            return self.execute(self.replica(workload, replica), argv).status

        return ready.answers(probe, endpoint, run, proxied=True)

    def wait_ready(self, workload: str, replica: int) -> None:
        """Wait until a replica is ready.

        Raises RuntimeFailure with its last log lines, and Left once `leave` is set.
        """
        probe = self.workload(workload).ready
        deadline = probe.deadline if probe is not None else 10.0
        name = self.name(workload, replica)
        before = self._restarts(name)

        def ask() -> str:
            if self.leave.is_set():
                raise ready.Left
            reason = self.ask(workload, replica)
            if reason and self._restarts(name) - before >= CRASHES:
                raise _Crashing
            return reason

        try:
            reason = ready.wait(ask, deadline)
            summary = f"{workload} was not ready within {deadline:.0f} s: {reason}"
        except _Crashing:
            reason = ended({**self.state(workload, replica), "Restarting": True})
            summary = f"{workload} cannot become ready: {reason}"
        if reason:
            raise RuntimeFailure(
                summary,
                f"run `seatrial status --logs {workload}`",
                self.logs(workload, LAST_LINES),
            )

    def _restarts(self, name: str) -> int:
        found = self.engine.inspect(name)
        return int(found["RestartCount"]) if found is not None else 0

    # -- commands, words, figures ------------------------------------------------------------

    def execute(self, one: Replica, argv: tuple[str, ...], stdin: str = "") -> Executed:
        """Run a command as a replica would: in its container, or beside it where it is down."""
        words = one.words(argv)
        if self.runs(one.workload.name, one.location.replica):
            return execute(self.engine, one.name, words, stdin=stdin)
        return self.apart(one, argv, stdin)

    def apart(self, one: Replica, argv: tuple[str, ...], stdin: str = "") -> Executed:
        """Run a command in a container of its own that has the replica's volumes."""
        return once(
            self.engine,
            Once(
                image=one.image.id,
                argv=one.words(argv),
                user=f"{one.uid}:{one.gid}",
                labels=self.names.labels,
                folder=one.dir,
                env=one.environment(),
                volumes_from=one.name,
                stdin=stdin,
            ),
        )

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Move a volume of a stopped workload aside, and put a fresh folder in its place."""
        for number in range(self.replicas(workload)):
            one = self.replica(workload, number)
            path = next(each.path for each in one.workload.volumes if each.name == volume)
            self._aside(one, path, keep_as)

    def _aside(self, one: Replica, path: str, keep_as: str) -> None:
        self.beside(one, _ASIDE, {"FROM": path, "TO": f"{one.volume}/{KEPT}/{keep_as}"})
        self.engine.put(one.name, one.volume, one.entries())

    def beside(
        self, one: Replica, script: str, words: Mapping[str, str] | None = None, *, room: int = 0
    ) -> None:
        """Run Python beside a replica, with its volumes, as its user; `words` become variables.

        It is another image's Python, so that it works for an image without a shell. `room` are
        bytes of memory that it may take beyond those of any helper.
        """
        wanted = Once(
            image=self.helper().id,
            argv=("python", "-I", "-S", "-c", script),
            user=f"{one.uid}:{one.gid}",
            labels=self.names.labels,
            folder=one.dir,
            env=words or {},
            volumes_from=one.name,
            limit=HELPER_MEMORY + room,
        )
        done = once(self.engine, wanted)
        if done.status:
            raise RuntimeFailure(
                f"what was done beside {one.workload.name} ended with {done.status}",
                "see the lines above",
                tuple((done.stdout + done.stderr).splitlines()[-LAST_LINES:]),
            )

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """The last lines of every replica of a workload."""
        found: list[str] = []
        for number in range(self.replicas(workload)):
            found += self.engine.logs(self.name(workload, number), lines)[-lines:]
        return tuple(found)

    def status(self, held: frozenset[str]) -> tuple[ReplicaStatus, ...]:
        """Each replica as it is; `held` names the containers that a fault holds down."""
        listed = self.engine.containers(self.names.labels)
        there = {each["Name"].lstrip("/"): each for each in listed}
        return tuple(
            self._status(name, number, there.get(self.names.replica(name, number)), held)
            for name, one in self.workloads.items()
            for number in range(one.replicas)
        )

    def _status(
        self, name: str, number: int, container: Inspected | None, held: frozenset[str]
    ) -> ReplicaStatus:
        state: Mapping[str, Any] = container["State"] if container is not None else {}
        running = bool(state.get("Running")) and not state.get("Restarting")
        phase, reason = self._phase(name, number, state, held)
        memory, cpu = self.engine.usage(container["Id"]) if container and running else (None, None)
        return ReplicaStatus(
            workload=name,
            replica=number,
            phase=phase,
            reason=reason,
            pid=int(state.get("Pid") or 0) or None,
            since=seconds_of(state.get("StartedAt", "")) if running else None,
            memory=memory,
            cpu=cpu,
            address=self.placement.of(name)[number].address,
        )

    def _phase(
        self, name: str, number: int, state: Mapping[str, Any], held: frozenset[str]
    ) -> tuple[Phase, str]:
        if not state:
            return Phase.ABSENT, "there is no container"
        if state.get("Paused"):
            return Phase.PAUSED, "frozen by a fault"
        if not state.get("Running"):
            if self.names.replica(name, number) in held:
                return Phase.HELD, "held down by a fault"
            return Phase.EXITED, ended(state)
        try:
            reason = self.ask(name, number, state)
        except RuntimeFailure as failure:  # its image is gone, or it ended just now
            reason = failure.summary
        return (Phase.UNREADY, reason) if reason else (Phase.READY, "")


def ended(state: Mapping[str, Any]) -> str:
    """How a container that does not run came to its end, by what the engine says of its state."""
    if not state:
        return "there is no container"
    status = state.get("ExitCode", 0)
    killed = ", out of memory" if state.get("OOMKilled") else ""
    said = f": {state['Error']}" if state.get("Error") else ""
    if state.get("Restarting"):
        return f"it ends again and again, last with status {status}{killed}{said}"
    return f"it ended with status {status}{killed}{said}"


def seconds_of(moment: str) -> float | None:
    """Seconds since the epoch of an instant with nanoseconds, as the engine writes it."""
    try:
        return datetime.fromisoformat(moment[:19] + "+00:00").timestamp()
    except ValueError:
        return None
