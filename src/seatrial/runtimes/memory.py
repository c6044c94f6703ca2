"""A runtime without processes: its replicas are entries in a table, its faults change them.

Drills run on it in tests, with a clock that does not wait. It holds the contract of faults, which
the drills rest on: an undo is known before its action, and undoing twice is harmless.
"""

import itertools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.action import (
    Action,
    Crash,
    EmptyVolume,
    Kill,
    Pause,
    Request,
    RollingRestart,
    WriteHostLine,
    WriteLines,
)
from seatrial.contract.output import Workload
from seatrial.contract.placement import Endpoint, Link, Location, Placement, Seat
from seatrial.contract.runtime import (
    Able,
    Answer,
    Change,
    Desired,
    Executed,
    Headers,
    Injected,
    Lacking,
    NoSuchWorkload,
    Phase,
    Planned,
    Progress,
    ReplicaStatus,
    RuntimeFailure,
)
from seatrial.contract.scenario import Ability
from seatrial.runtimes.shared.requests import revealed
from seatrial.runtimes.shared.ways import ways

_PER_BLOCK = 254
_ENDED = Crash | EmptyVolume | RollingRestart | WriteLines | WriteHostLine  # nothing to undo


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An HTTP request as a workload sees it."""

    method: str
    workload: str
    port: str
    path: str
    body: str = ""
    headers: Headers = ()
    replica: int = 0


Answerer = Callable[[Asked], Answer]


def silent(_asked: Asked) -> Answer:
    """Every workload answers, and has nothing to say."""
    return Answer(status=200, body=b"{}")


class MemoryRuntime:
    """Workloads by name; `answer` speaks for all of them, `clock` gives epoch seconds."""

    name = "memory"
    system = "memory"

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        answer: Answerer = silent,
        abilities: Mapping[Ability, Able] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing runs before `apply`; without `abilities` everything can be done."""
        self._clock = clock
        self._answer = answer
        self._able = (
            {each: Able(ok=True, reason="in memory") for each in Ability}
            if abilities is None
            else dict(abilities)
        )
        self._versions = dict(versions or {})
        self._workloads: dict[str, Workload] = {}
        self._stopped: set[str] = set()
        self._faults: dict[str, Action] = {}
        self._ids = itertools.count(1)

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """Addresses in the order of the seats, then of the links; all private, none is used."""
        numbers = itertools.count()
        locations = tuple(
            Location(
                workload=seat.workload,
                replica=replica,
                region=seat.region,
                address=_address(next(numbers)),
                ports=seat.ports,
            )
            for seat in seats
            for replica in range(seat.replicas)
        )
        edges = tuple(
            each.through(
                Endpoint(host=_address(next(numbers)), port=each.target.ports[each.link.port])
            )
            for each in ways(links, locations)
        )
        return Placement(runtime=self.name, locations=locations, edges=edges)

    def reserve(self, file: Path) -> None:
        """Every address is its own, whatever the file is."""

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Nothing is needed."""

    def ensure_secrets(
        self, names: tuple[str, ...], brought: frozenset[str] = frozenset()
    ) -> Mapping[str, str]:
        """Each secret is its own name, whoever brought it."""
        del brought
        return {name: name for name in names}

    def known_secrets(self, names: tuple[str, ...]) -> Mapping[str, str]:
        """As they were made."""
        return self.ensure_secrets(names)

    def locked(self, command: str, of: str = "") -> AbstractContextManager[None]:
        """Nobody else can reach it."""
        del command, of
        return nullcontext()

    def source(self, engine: str) -> str:
        """Where it was told of."""
        return "memory" if engine in self._versions else ""

    def abilities(self) -> Mapping[Ability, Able]:
        """What it was told it can do."""
        return self._able

    def versions(self, engines: tuple[str, ...]) -> Mapping[str, str]:
        """Those of the versions that it was told."""
        return {name: self._versions[name] for name in engines if name in self._versions}

    def lacking(self, desired: Desired) -> tuple[Lacking, ...]:
        """Nothing is started here that could be lacking."""
        del desired
        return ()

    def diff(self, desired: Desired) -> tuple[Planned, ...]:
        """A workload that is equal is kept, one that is not is restarted."""
        wanted = {each.name: each for each in desired.workloads}
        found = [self._planned(name, each) for name, each in wanted.items()]
        found += [
            Planned(workload=name, change=Change.REMOVE, reason="no longer wanted")
            for name in self._workloads
            if name not in wanted
        ]
        return tuple(found)

    def _planned(self, name: str, wanted: Workload) -> Planned:
        if name not in self._workloads:
            return Planned(workload=name, change=Change.START, reason="not there yet")
        if self._workloads[name] == wanted:
            return Planned(workload=name, change=Change.KEEP, reason="as it was")
        return Planned(workload=name, change=Change.RESTART, reason="differs")

    def apply(self, desired: Desired, progress: Callable[[Progress], None]) -> tuple[Planned, ...]:
        """Take the workloads as they are described; all are ready at once."""
        changes = self.diff(desired)
        self._workloads = {each.name: each for each in desired.workloads}
        self._stopped &= self._workloads.keys()
        for each in changes:
            progress(Progress(subject=each.workload, phase=each.change.value, done=True))
        return changes

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Every replica, with what the faults in place make of it."""
        return tuple(
            ReplicaStatus(workload=name, replica=replica, phase=self._phase(name, replica))
            for name, each in self._workloads.items()
            for replica in range(each.replicas)
        )

    def _phase(self, workload: str, replica: int) -> Phase:
        if workload in self._stopped:
            return Phase.ABSENT
        hit = [
            each
            for each in self._faults.values()
            if isinstance(each, Kill | Pause)
            and each.workload == workload
            and each.replica in {None, replica}
        ]
        if any(isinstance(each, Kill) for each in hit):
            return Phase.HELD
        return Phase.PAUSED if hit else Phase.READY

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        """Forget every workload and every fault; there is no data to purge or to keep."""
        for name in self._workloads:
            text = "purged" if purge else "removed"
            progress(Progress(subject=name, phase=text, done=True))
        self._workloads.clear()
        self._stopped.clear()
        self._faults.clear()

    def stop(self, workload: str) -> None:
        """Every replica is absent until `start`."""
        self._known(workload)
        self._stopped.add(workload)

    def kill(self, workload: str) -> None:
        """As `stop`."""
        self.stop(workload)

    def start(self, workload: str) -> None:
        """Every replica is there again."""
        self._known(workload)
        self._stopped.discard(workload)

    def inject(self, action: Action) -> Injected:
        """Keep the fault until it is undone; what undoes itself is not kept."""
        if isinstance(action, Request):
            self._asked(action)
        elif (workload := getattr(action, "workload", None)) is not None:
            self._known(workload)
        key = f"fault-{next(self._ids)}"
        if not isinstance(action, _ENDED):
            self._faults[key] = action
        return Injected(id=key, action=action, at=self._clock())

    def undo(self, injected: str) -> None:
        """End the fault; harmless when it has ended before."""
        action = self._faults.pop(injected, None)
        if isinstance(action, Request) and action.undo is not None:
            self._asked(action.undo)

    def undo_all(self) -> tuple[str, ...]:
        """End what is still in place, the newest first."""
        left = tuple(reversed(self._faults.items()))
        for key, _ in left:
            self.undo(key)
        return tuple(f"undid {type(action).__name__}" for _, action in left)

    def injected(self) -> tuple[Action, ...]:
        """The faults that are in place now, in the order of their injection."""
        return tuple(self._faults.values())

    def request(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str = "",
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        """What `answer` says, unless the replica cannot be reached."""
        self._known(workload)
        phase = self._phase(workload, replica)
        if phase is not Phase.READY:
            raise RuntimeFailure(f"{workload} does not answer: it is {phase}")
        return self._answer(
            Asked(
                method=method,
                workload=workload,
                port=port,
                path=path,
                body=body,
                headers=headers,
                replica=replica,
            )
        )

    def _asked(self, action: Request) -> None:
        answer = self.request(
            action.method,
            action.workload,
            action.port,
            action.path,
            action.body,
            headers=revealed(action.headers, self.known_secrets),
        )
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's first error
            raise RuntimeFailure(f"{action.workload} answered {answer.status} to {action.path}")

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        """There are no programs here: raises RuntimeFailure."""
        del replica
        self._known(workload)
        size = f" with {len(stdin)} characters" if stdin else ""
        raise RuntimeFailure(f"cannot run {argv[0]} of {workload}{size}", "use a real runtime")

    def put(self, workload: str, path: str, text: str, *, replica: int = 0) -> None:
        """Nothing is stored."""
        del path, text, replica
        self._known(workload)

    def examine(self, engine: str, files: Mapping[str, str], argv: tuple[str, ...]) -> Executed:
        """There are no programs here: raises RuntimeFailure."""
        raise RuntimeFailure(
            f"cannot run {argv[0]} of {engine} on {len(files)} files", "use a real runtime"
        )

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Nothing is stored; only that the workload is stopped is held to."""
        self._known(workload)
        if workload not in self._stopped:
            raise RuntimeFailure(f"{workload} runs: {volume} cannot become {keep_as}", "stop it")

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """Nobody writes: there is no line, however many are asked for."""
        self._known(workload)
        return ()[:lines]

    def _known(self, workload: str) -> None:
        if workload not in self._workloads:
            raise NoSuchWorkload(workload, self._workloads)


def _address(number: int) -> str:
    return (
        f"10.{number // _PER_BLOCK // 256}.{number // _PER_BLOCK % 256}.{number % _PER_BLOCK + 1}"
    )
