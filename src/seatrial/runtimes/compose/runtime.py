"""The compose runtime behind the contract: addresses, apply, faults, requests, down."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from seatrial.contract.action import Action
from seatrial.contract.output import Workload
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.runtime import (
    Able,
    Answer,
    Desired,
    Executed,
    Headers,
    Injected,
    Lacking,
    Orphans,
    Planned,
    Progress,
    ReplicaStatus,
    RuntimeFailure,
)
from seatrial.contract.scenario import Ability
from seatrial.runtimes.compose import (
    abilities,
    apply,
    down,
    durable,
    host,
    network,
    placement,
    project,
)
from seatrial.runtimes.compose.archive import Entry
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.commands import Once, once
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.faults import carry
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.compose.known import Known, engine_only
from seatrial.runtimes.compose.lines import Written
from seatrial.runtimes.compose.names import WORKLOAD, Names
from seatrial.runtimes.compose.replica import NOBODY
from seatrial.runtimes.shared import applied, asking, secrets
from seatrial.runtimes.shared.beats import Beats
from seatrial.runtimes.shared.brief import BRIEF
from seatrial.runtimes.shared.carry import carrier
from seatrial.runtimes.shared.faults import Carrier, Faults, Undo, everything, lasting, told_undo
from seatrial.runtimes.shared.lock import locked
from seatrial.runtimes.shared.state import ORIGIN
from seatrial.runtimes.shared.whose import nothing_runs
from seatrial.system.scheme import scheme


class ComposeRuntime:
    """One system on a container engine. The engine is asked only when something needs it."""

    name = "compose"

    def __init__(
        self,
        system: str,
        folder: Path,
        *,
        cache: Path | None = None,
        client: Callable[[], Client] = open_client,
    ) -> None:
        """`folder` is the file's, `cache` that of engines; nothing is touched yet."""
        self.system = system
        self.names = Names(system=system, folder=folder)
        self.state = self.names.state
        self._cache = cache
        self._open = client
        self._faults = Faults(self.state.path / "journal.jsonl")
        self._beats = Beats()
        self._http = asking.client()
        self._fleet: Fleet | None = None

    @cached_property
    def engine(self) -> Engine:
        """The engine. Raises RuntimeFailure where none answers."""
        return Engine(self._open())

    @cached_property
    def _images(self) -> Known:
        return Known(self.engine, self.names, self.state, self._cache)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
        if "engine" in self.__dict__:
            self.engine.client.close()

    # -- planning --------------------------------------------------------------------------

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """Addresses for all, in the reserved network, else in that of the name."""
        first = placement.subnet(placement.choice_of(self.names.system))
        return placement.place(network.noted(self.state) or first, seats, links)

    def reserve(self, file: Path) -> None:
        """Take a network that no other one meets, until `down`; note for which absolute file.

        Raises RuntimeFailure also for an engine whose containers cannot be reached.
        """
        self.engine.client.reachable()
        self.state.write(ORIGIN, {"file": str(file)})
        network.reserve(self.engine, self.names, self.state)

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Have every image that the workloads need on an engine whose containers are reached."""
        self.engine.client.reachable()
        project.check(self.engine.client)
        self._images.provide(workloads, progress)
        if any(each.reads_host for each in workloads):
            host.note(self.engine, self._images.helper().id, self.names.labels, self.state)

    def abilities(self) -> Mapping[Ability, Able]:
        """What can be done here."""
        return abilities.abilities(self.engine, self.state, faults=self._known_fleet() is not None)

    def versions(self, engines: tuple[str, ...]) -> Mapping[str, str]:
        """Version of each engine whose image is there."""
        found = {name: self._images.version(name) for name in engines}
        return {name: each for name, each in found.items() if each}

    def source(self, engine: str) -> str:
        """The image that an engine comes in."""
        return self._images.source(engine)

    def ensure_secrets(
        self, names: tuple[str, ...], brought: frozenset[str] = frozenset()
    ) -> Mapping[str, str]:
        """The value of each secret, generated at first use; those that are brought as variables."""
        return secrets.ensure(self.state.path / "secrets", names, brought, os.environ)

    def known_secrets(self, names: tuple[str, ...]) -> Mapping[str, str]:
        """The value of each secret that there is, empty for the others."""
        return secrets.known(self.state.path / "secrets", names)

    @contextmanager
    def locked(self, command: str, of: str = "") -> Iterator[None]:
        """Hold this system's lock, or that of a part, or fail with the name of who does."""
        with locked(self.state.lock(self.system, self.names.folder, of), command):
            yield

    # -- apply -----------------------------------------------------------------------------

    def lacking(self, desired: Desired) -> tuple[Lacking, ...]:
        """Nothing that can be told before: only a container knows the programs of its image."""
        del desired
        return ()

    def diff(self, desired: Desired) -> tuple[Planned, ...]:
        """What apply would do, and why."""
        return apply.compare(self._fleet_of(desired), desired.restart)

    def apply(self, desired: Desired, progress: Callable[[Progress], None]) -> tuple[Planned, ...]:
        """Make it so; return when all is ready."""
        network.reserve(
            self.engine, self.names, self.state
        )  # also where somebody removed it meanwhile
        told_undo(self._undone(lambda entry: not lasting(entry)), progress)
        fleet = self._fleet_of(desired)
        durable.note(self.state, fleet.all())
        self._fleet = fleet
        kept = replace(desired, secrets={}, restart=())
        self.state.write("desired.json", applied.written(kept))
        changes = apply.apply(
            fleet,
            self.state,
            desired.restart,
            self.request,
            progress=progress,
            begun=lambda name: self._faults.begun(name, lambda: self._carrier(fleet), progress),
        )
        told_undo(self.undo_all(), progress)  # only who runs can be asked to take it back
        return changes

    # -- what runs -------------------------------------------------------------------------

    def _fleet_of(self, desired: Desired) -> Fleet:
        workloads = {each.name: each for each in desired.workloads}
        return Fleet(
            engine=self.engine,
            names=self.names,
            placement=desired.placement,
            workloads=workloads,
            image=lambda name: self._images.of(workloads[name]),
            helper=self._images.helper,
            secrets=desired.secrets,
            joins=self._joins(desired),
            others=self._others,
        )

    def _joins(self, _desired: Desired) -> Callable[[str], Mapping[str, str]]:
        """The networks of others that a workload is on as well, name to id: none here."""
        return lambda _workload: {}

    def _others(self) -> tuple[Written, ...]:
        """Containers of others whose lines are to be read: none here."""
        return ()

    def _desired(self) -> Desired | None:
        """What was applied last, without secrets."""
        kept = self.state.read("desired.json")
        return applied.read(kept) if kept is not None else None

    def _known_fleet(self) -> Fleet | None:
        """What was applied last, by this process or an earlier one."""
        if self._fleet is None:
            desired = self._desired()
            if desired is not None:
                names = sorted({name for each in desired.workloads for name in each.secrets})
                values = self.ensure_secrets(tuple(names))
                self._fleet = self._fleet_of(replace(desired, secrets=values))
        return self._fleet

    def _running(self) -> Fleet:
        fleet = self._known_fleet()
        if fleet is None:
            raise nothing_runs(self.system, self.names.folder)
        return fleet

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Each replica that should be there, as it is."""
        fleet = self._known_fleet()
        if fleet is None:
            return ()
        return fleet.status(carry.held(self._faults.journal.pending(), fleet))

    def orphans(self) -> Orphans:
        """None: what the engine does not hold does not run."""
        return Orphans()

    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed, data aside."""
        return self.state.begun or bool(self.engine.containers(self.names.labels))

    def running(self) -> tuple[str, ...]:
        """The workloads of which a container runs, ready or not."""
        found = self.engine.containers(self.names.labels)
        running = (each["Config"]["Labels"] or {} for each in found if each["State"].get("Running"))
        # one without the label is a helper of a command that runs just now
        return tuple(dict.fromkeys(each[WORKLOAD] for each in running if WORKLOAD in each))

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """The last lines of a workload."""
        return self._running().logs(workload, lines)

    def stop(self, workload: str) -> None:
        """Stop every replica of a workload gracefully."""
        self._running().stop(workload)

    def kill(self, workload: str) -> None:
        """End whatever runs of a workload, now, and keep it stopped."""
        self._running().kill(workload)

    def start(self, workload: str) -> None:
        """Start every replica of a workload, and wait until it is ready."""
        fleet = self._running()
        fleet.start(workload)
        for replica in range(fleet.replicas(workload)):
            fleet.wait_ready(workload, replica)

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
        """An HTTP request to a replica, by the port that the engine published for it."""
        fleet = self._running()
        fleet.replicas(workload)
        endpoint = fleet.endpoint(workload, replica, port)
        if endpoint is None:
            raise RuntimeFailure(
                f"{workload} does not answer (it does not run)",
                f"run `seatrial status --logs {workload}`",
            )
        url = f"{scheme(port)}://{endpoint}{path}"
        return asking.ask(self._http, workload, method=method, url=url, body=body, headers=headers)

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        """Run a command as a replica of a workload would."""
        fleet = self._running()
        return fleet.execute(fleet.replica(workload, replica), argv, stdin)

    def put(self, workload: str, path: str, text: str, *, replica: int = 0) -> None:
        """Write a file into the folder of a replica, as its user."""
        one = self._running().replica(workload, replica)
        self.engine.put(one.name, one.volume, one.added(path, text))

    def examine(self, engine: str, files: Mapping[str, str], argv: tuple[str, ...]) -> Executed:
        """Run a program of an engine in a scratch folder that holds just these files."""
        image = self._images.of(engine_only(engine))
        entries = tuple(
            Entry(path=path, data=text.encode(), mode=0o644, uid=NOBODY, gid=NOBODY)
            for path, text in files.items()
        )
        return once(
            self.engine,
            Once(
                image=image.id,
                argv=(image.calls.get(argv[0], argv[0]), *argv[1:]),
                user=f"{NOBODY}:{NOBODY}",
                env=BRIEF,
                labels=self.names.labels,
                folder="/examined",
                files=entries,
            ),
        )

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Move a stopped workload's volume aside and give it a fresh one."""
        self._running().empty(workload, volume, keep_as)

    # -- faults ----------------------------------------------------------------------------

    def inject(self, action: Action) -> Injected:
        """Journal the undo, then act; what was done of an act that fails halfway is undone."""
        return self._faults.inject(action, self._carrier(self._running()))

    def undo(self, injected: str) -> None:
        """Undo one fault; a fault that is not in place is no error."""
        if self._faults.journal.find(injected) is not None:
            self._faults.undo(injected, self._carrier(self._running()))

    def undo_all(self) -> tuple[str, ...]:
        """Undo whatever the journal still holds, the newest first."""
        return self._undone(everything)

    def _undone(self, only: Callable[[Undo], bool]) -> tuple[str, ...]:
        if not self._faults.journal.pending():
            return ()
        return self._faults.undo_all(self._alive(), only)

    def _alive(self) -> Carrier | None:
        """How to undo on what runs; None where nothing does."""
        fleet = self._known_fleet()
        alive = fleet is not None and bool(self.engine.containers(self.names.labels))
        return self._carrier(fleet) if fleet and alive else None

    def _carrier(self, fleet: Fleet) -> Carrier:
        own = carry.families(fleet, self._beats)
        return carrier(own, fleet.workloads, fleet.placement, self.request, self.known_secrets)

    # -- the end ---------------------------------------------------------------------------

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        """Remove every container, network, volume and file; durable data only with `purge`."""
        if not purge:  # then what a fault has made goes with the data
            told_undo(self._faults.before_down(self._alive), progress)
        keep = self._faults.kept()
        down.down(self.engine, self.names, self.state, purge=purge, progress=progress, keep=keep)
        self._fleet = None
