"""The compose runtime beside a project that stays as it is.

What seatrial runs itself goes the compose runtime's own way; what is attached is found, looked at,
tried by faults of its processes, and left as it was.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from seatrial.contract.action import Action, EdgeFault, WriteHostLine
from seatrial.contract.output import Workload
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.runtime import (
    Able,
    Answer,
    Desired,
    Executed,
    Headers,
    Planned,
    Progress,
    ReplicaStatus,
    RuntimeFailure,
)
from seatrial.contract.scenario import Ability
from seatrial.runtimes.compose.beside import faults
from seatrial.runtimes.compose.beside.attached import Attached, places
from seatrial.runtimes.compose.beside.project import Theirs, find
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.compose.lines import Written
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.shared.faults import Carrier, Undo, lasting, told_undo
from seatrial.runtimes.shared.state import State

BESIDE = "beside.json"  # in the state: which project the system is beside while it is up
_NOT_OURS = "it runs without seatrial, which only looks at it and tries it"


def kept(state: State) -> Theirs | None:
    """The project that the system is beside while it is up, or None."""
    found = state.read(BESIDE)
    return Theirs(file=Path(found["file"]), project=found["project"]) if found else None


class BesideRuntime(ComposeRuntime):
    """One system on a container engine, around what somebody else started there."""

    def __init__(
        self,
        system: str,
        folder: Path,
        theirs: Theirs,
        *,
        cache: Path | None = None,
        client: Callable[[], Client] = open_client,
    ) -> None:
        """`theirs` is the project that it is beside; nothing is touched yet."""
        super().__init__(system, folder, cache=cache, client=client)
        self.names = replace(self.names, beside=True)
        self.theirs = theirs
        self._known: tuple[Workload, ...] | None = None

    # -- planning --------------------------------------------------------------------------

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """Ours as the compose runtime does it; what is attached by the names that it has."""
        own = super().place(tuple(each for each in seats if not each.attached), links)
        engine: Engine | None = None
        with suppress(RuntimeFailure):  # without an engine one may still look at a plan
            engine = self.engine
        found = places(engine, self.theirs, (each for each in seats if each.attached))
        ours = (replace(e, names=(self.names.alias(e.workload),)) for e in own.locations)
        return replace(own, locations=(*found, *ours))

    def reserve(self, file: Path) -> None:
        """As the compose runtime does it; before that the project must be there."""
        self.engine.client.reachable()
        before = kept(self.state)
        if self.state.begun and before != self.theirs:
            raise RuntimeFailure(
                f"{self.system} is up {f'beside {before.file}' if before else 'without beside'}",
                "run `seatrial down` first",
            )
        find(self.engine, self.theirs)
        theirs = {"file": str(self.theirs.file), "project": self.theirs.project}
        self.state.write(BESIDE, theirs)
        super().reserve(file)

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Images for what is ours; what is attached must run by now.

        What a drill that was killed has left of theirs is undone first: it must not be refused as
        if its owner had stopped it.
        """
        told_undo(self._undone(lambda entry: not lasting(entry)), progress)
        theirs = self._attached(workloads)
        if not theirs.workloads:
            raise RuntimeFailure(
                f"{self.system} is up beside {self.theirs.file}, and its file no longer says so",
                "run `seatrial down` first",
            )
        theirs.check()
        super().provide(_own(workloads), progress)

    def abilities(self) -> Mapping[Ability, Able]:
        """What can be done here: what needs the system's own calls to be led elsewhere cannot."""
        return {
            **super().abilities(),
            Ability.FAULT_PROXY: Able(ok=False, reason=faults.EDGES),
            Ability.MEMORY_LIMIT: Able(ok=False, reason=_NOT_OURS),
            Ability.SIZED_VOLUME: Able(ok=False, reason=_NOT_OURS),
            Ability.NETWORK: Able(ok=False, reason=_NOT_OURS),
            Ability.PACKET_LOSS: Able(ok=False, reason=_NOT_OURS),
            Ability.WRITE_LINES: Able(ok=False, reason=_NOT_OURS),
        }

    # -- apply -----------------------------------------------------------------------------

    def diff(self, desired: Desired) -> tuple[Planned, ...]:
        """What apply would do, and why; with what is attached nothing."""
        theirs = self._attached(desired.workloads)
        return (*theirs.planned(), *super().diff(desired))

    def apply(self, desired: Desired, progress: Callable[[Progress], None]) -> tuple[Planned, ...]:
        """Make ours so; return when all is ready."""
        theirs = self._attached(desired.workloads)
        theirs.check()
        return (*theirs.planned(), *super().apply(desired, progress))

    def _fleet_of(self, desired: Desired) -> Fleet:
        """What is ours alone."""
        return super()._fleet_of(replace(desired, workloads=_own(desired.workloads)))

    def _joins(self, desired: Desired) -> Callable[[str], Mapping[str, str]]:
        """The networks of what each workload reaches, and of what reaches it."""
        theirs = self._attached()
        calls = {each.name: (*each.calls, *each.called_by) for each in desired.workloads}

        @cache
        def joins(workload: str) -> Mapping[str, str]:
            with suppress(RuntimeFailure):  # what is gone is told by `status`, in its own words
                return theirs.joins(calls.get(workload, ()))
            return {}

        return joins

    def _others(self) -> tuple[Written, ...]:
        """The containers that are attached, as far as their lines lie where they can be read."""
        return self._attached().written()

    def _attached(self, workloads: tuple[Workload, ...] | None = None) -> Attached:
        """What is attached, of these workloads or of those that were applied last."""
        if workloads is not None:
            self._known = workloads
        elif self._known is None:
            desired = self._desired()
            self._known = desired.workloads if desired is not None else ()
        return Attached(self.engine, self.theirs, self._known)

    # -- what runs -------------------------------------------------------------------------

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Each replica that should be there, as it is, ours and theirs."""
        held = {
            one
            for _, _, entry in self._faults.journal.pending()
            if entry["kind"] == faults.KIND
            for one in entry["containers"]
        }
        theirs = self._attached()
        found = theirs.status(frozenset(held)) if theirs.workloads else ()
        return (*found, *super().status())

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """The last lines of a workload."""
        theirs = self._attached()
        if workload not in theirs.workloads:
            return super().logs(workload, lines)
        return tuple(
            line for each in theirs.of(workload) for line in self.engine.logs(each.id, lines)
        )

    def stop(self, workload: str) -> None:
        """Stop a workload of ours."""
        self._ours(workload)
        super().stop(workload)

    def kill(self, workload: str) -> None:
        """End a workload of ours."""
        self._ours(workload)
        super().kill(workload)

    def start(self, workload: str) -> None:
        """Start a workload of ours."""
        self._ours(workload)
        super().start(workload)

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
        """An HTTP request to a workload of ours."""
        self._ours(workload)
        return super().request(method, workload, port, path, body, headers=headers, replica=replica)

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        """Run a command as a workload of ours would."""
        self._ours(workload)
        return super().execute(workload, argv, stdin=stdin, replica=replica)

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Move the volume of a workload of ours aside."""
        self._ours(workload)
        super().empty(workload, volume, keep_as)

    def _ours(self, workload: str) -> None:
        if workload in self._attached().workloads:
            raise RuntimeFailure(f"{workload} cannot be used so: {_NOT_OURS}")

    # -- faults ----------------------------------------------------------------------------

    def undo(self, injected: str) -> None:
        """Undo one fault.

        Raises RuntimeFailure, once it is undone, where what was held down had been started by
        somebody else meanwhile, or does not become ready: then nothing can be learned of it.
        """
        found: list[RuntimeFailure] = []
        self._faults.undo(injected, self._carrier(self._known_fleet(), found))
        if found:
            raise found[0]

    def _alive(self) -> Carrier:
        """How to undo: theirs also where nothing of ours is left."""
        fleet = self._known_fleet()
        alive = fleet is not None and bool(self.engine.containers(self.names.labels))
        return self._carrier(fleet if alive else None)

    def _carrier(self, fleet: Fleet | None, told: list[RuntimeFailure] | None = None) -> Carrier:
        """`told` gets what was found while theirs were undone."""
        own = super()._carrier(fleet) if fleet is not None else None
        theirs = self._attached()

        def plan(action: Action) -> Undo:
            if isinstance(action, EdgeFault):
                raise RuntimeFailure(faults.EDGES)
            mine = isinstance(action, WriteHostLine) or action.workload not in theirs.workloads
            return own.plan(action) if own and mine else faults.plan(action, theirs)

        def act(action: Action, undo: Undo) -> Undo:
            if own is not None and undo["kind"] != faults.KIND:
                return own.act(action, undo)
            faults.act(action, undo, theirs)
            return undo

        def take_back(entry: Undo) -> None:
            if entry["kind"] == faults.KIND:
                found = faults.undo(entry, self.engine)
                if told is not None:
                    told.extend(found)
            elif own is not None:
                own.undo(entry)

        def gone(entry: Undo) -> bool:
            return own is None and entry["kind"] != faults.KIND

        return Carrier(plan=plan, act=act, undo=take_back, gone=gone)

    # -- the end ---------------------------------------------------------------------------

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        """Undo what faults have left of theirs, and remove everything that is ours.

        Raises RuntimeFailure, after all of ours is gone, where something of theirs did not start.
        """
        stuck: RuntimeFailure | None = None
        try:
            for sentence in self.undo_all():
                progress(Progress(subject="undo", phase="undone", done=True, detail=sentence))
        except RuntimeFailure:  # ours goes anyway, also what another version has left
            self._known = ()
            try:
                self._faults.undo_all(self._carrier(None))
            except RuntimeFailure as failure:
                stuck = failure
        super().down(purge=purge, progress=progress)
        self._known = None
        if stuck is not None:
            raise stuck


def _own(workloads: tuple[Workload, ...]) -> tuple[Workload, ...]:
    return tuple(each for each in workloads if not each.attached)
