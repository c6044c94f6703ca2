"""The local runtime behind the contract: addresses, apply, faults, requests, down."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.contract.action import Action
from seatrial.contract.output import Workload
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.runtime import (
    Able,
    Answer,
    Change,
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
from seatrial.runtimes.local import abilities, down, durable, placement, shown, subnet
from seatrial.runtimes.local.belonging import belonging
from seatrial.runtimes.local.bring import brought
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.examine import examine
from seatrial.runtimes.local.faults import carry
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.namespace import lay_passwd
from seatrial.runtimes.local.orphans import orphans
from seatrial.runtimes.local.placement import asking
from seatrial.runtimes.local.recorded import Recorded
from seatrial.runtimes.local.supervisor import Program, Supervisor
from seatrial.runtimes.local.wrapper import wrapper
from seatrial.runtimes.shared import applied, differences, edges, secrets
from seatrial.runtimes.shared.beats import Beats
from seatrial.runtimes.shared.bring import bring
from seatrial.runtimes.shared.carry import carrier
from seatrial.runtimes.shared.differences import Digests
from seatrial.runtimes.shared.faults import Carrier, Faults, Undo, everything, lasting, told_undo
from seatrial.runtimes.shared.lock import locked
from seatrial.runtimes.shared.state import ORIGIN, replace_text
from seatrial.runtimes.shared.wanted import left_out
from seatrial.runtimes.shared.waves import in_order
from seatrial.runtimes.shared.whose import nothing_runs
from seatrial.system.scheme import scheme

if TYPE_CHECKING:  # planning sends no request: it need not load what does
    import httpx


class LocalRuntime:
    """One system on this machine, as processes."""

    name = "local"

    def __init__(self, system: str, folder: Path, *, cache: Path | None = None) -> None:
        """`folder` is that of the system's file; nothing is touched yet."""
        self.home = Home.of(system, folder)
        self.system = system
        self._folder = folder
        self._engines = Engines(cache)
        self._faults = Faults(self.home.path / "journal.jsonl")
        self._beats = Beats()
        self._recorded = Recorded(self.home)
        self._client: httpx.Client | None = None
        self._fleet: Fleet | None = None

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()

    # -- planning --------------------------------------------------------------------------

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """Addresses for all; the subnet is the reserved one, else that of the name."""
        return placement.place(self._subnet, seats, links)

    @cached_property
    def _subnet(self) -> int:
        kept = self.home.read("subnet.json")
        return kept if isinstance(kept, int) else placement.subnet_of(self.system)

    def reserve(self, file: Path) -> None:
        """Take a /16 that no other system has, until `down`, and note for which absolute file."""
        self.home.write(ORIGIN, {"file": str(file)})
        subnet.reserve(self.home, placement.subnet_of(self.system))
        self.__dict__.pop("_subnet", None)

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Engines are installed by a command of their own: raises with those that are missing."""
        wanted = self._engines.wanted(workloads)
        lacking = sorted(each for each in wanted if self._engines.installed(each) is None)
        for each in lacking:
            if wanted[each]:
                progress(left_out(each, f"run `seatrial engines install {each}`"))
        missing = [each for each in lacking if not wanted[each]]
        if missing:
            raise RuntimeFailure(
                f"not installed: {', '.join(missing)}", "run `seatrial engines install`"
            )

    def abilities(self) -> Mapping[Ability, Able]:
        """What can be done here."""
        return abilities.abilities(faults=self._known_fleet() is not None)

    def versions(self, engines: tuple[str, ...]) -> Mapping[str, str]:
        """Version of each engine that is installed."""
        found = {name: self._engines.installed(name) for name in engines}
        return {name: each.version for name, each in found.items() if each is not None}

    def source(self, engine: str) -> str:
        """Where an installed engine came from (`path`, `debian`, `go`), or empty."""
        found = self._engines.installed(engine)
        return found.source if found is not None else ""

    def ensure_secrets(
        self, names: tuple[str, ...], brought: frozenset[str] = frozenset()
    ) -> Mapping[str, str]:
        """The value of each secret, generated at first use; those that are brought as variables."""
        return secrets.ensure(self.home.path / "secrets", names, brought, os.environ)

    def known_secrets(self, names: tuple[str, ...]) -> Mapping[str, str]:
        """The value of each secret that there is, empty for the others."""
        return secrets.known(self.home.path / "secrets", names)

    @contextmanager
    def locked(self, command: str, of: str = "") -> Iterator[None]:
        """Hold this system's lock, or that of a part, or fail with the name of who does."""
        with locked(self.home.lock(self.system, self._folder, of), command):
            yield

    # -- apply -----------------------------------------------------------------------------

    def lacking(self, desired: Desired) -> tuple[Lacking, ...]:
        """The workloads whose programs are not there."""
        fleet = self._fleet_of(desired)
        found = (fleet.replica(each, 0).lacking() for each in fleet.workloads)
        return tuple(each for each in found if each is not None)

    def diff(self, desired: Desired) -> tuple[Planned, ...]:
        """What apply would do, and why."""
        fleet = self._fleet_of(desired)
        return self._compare(fleet, self._digests(fleet), desired.restart)

    def _compare(
        self, fleet: Fleet, digests: Mapping[str, Digests], restart: tuple[str, ...]
    ) -> tuple[Planned, ...]:
        known = fleet.supervisor.processes()
        wanted = {name: (one, digests[name]) for name, one in fleet.workloads.items()}
        running = {
            name: all(known.get(f"{name}.{i}", {}).get("pid") for i in range(one.replicas))
            for name, one in fleet.workloads.items()
        }
        left = self.orphans() if not all(running.values()) else Orphans()
        absent = left.reason if left.count else differences.ABSENT
        return differences.compare(wanted, self._recorded.read(), running, restart, absent)

    @staticmethod
    def _digests(fleet: Fleet) -> Mapping[str, Digests]:
        return {
            name: {
                f"{number}:{key}": digest
                for number in range(one.replicas)
                for key, digest in fleet.replica(name, number).digests().items()
            }
            for name, one in fleet.workloads.items()
        }

    def apply(self, desired: Desired, progress: Callable[[Progress], None]) -> tuple[Planned, ...]:
        """Make it so; return when all is ready."""
        fleet = self._fleet_of(desired)
        self.provide(desired.workloads, progress)
        self._open_home(fleet)
        durable.note(fleet)
        told_undo(self._undone(fleet, lambda entry: not lasting(entry)), progress)
        digests = self._digests(fleet)
        changes = self._compare(fleet, digests, desired.restart)
        self._recorded.forget(changes)
        self._remove([each.workload for each in changes if each.change is Change.REMOVE])
        self._fleet = fleet
        self.home.write(
            "desired.json",
            applied.written(replace(desired, secrets={}, restart=())),
        )
        fleet.supervisor.configure(_programs(fleet))
        fleet.supervisor.ensure(wrapper(fleet, self._folder, self._engines))
        by_name = {each.workload: each for each in changes}

        def begun(name: str) -> None:
            self._faults.begun(name, lambda: self._carrier(fleet), progress)

        def one(name: str) -> None:
            brought(fleet, by_name[name], self.request, lambda: begun(name))
            if by_name[name].change is not Change.KEEP:
                self._recorded.ready(name, digests[name])

        in_order(
            {name: each.after for name, each in fleet.workloads.items()},
            lambda name: bring(by_name[name], lambda: one(name), progress),
            fleet.leave,
        )
        if desired.placement.edges:
            edges.populate(desired.placement, self.request)
        told_undo(self._undone(fleet), progress)  # only who runs can be asked to take it back
        return changes

    def _open_home(self, fleet: Fleet) -> None:
        # replicas with uids of their own pass through to their folders; the rest is ours alone
        passed = (self.home.path, self.home.path / "w")
        for path in (*passed, *self.home.private):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o711 if path in passed else 0o700)
        shown.open_logs(fleet)
        if os.geteuid() == 0:
            lay_passwd(self.home.path, fleet.placement.locations)

    def _remove(self, names: list[str]) -> None:
        before = self._known_fleet()
        for name in names:
            if before is not None and name in before.workloads:
                before.stop(name)
        self._recorded.removed(names)

    # -- what runs -------------------------------------------------------------------------

    def _fleet_of(self, desired: Desired) -> Fleet:
        return Fleet(
            home=self.home,
            folder=self._folder,
            engines=self._engines,
            placement=desired.placement,
            workloads={each.name: each for each in desired.workloads},
            secrets=desired.secrets,
        )

    def _known_fleet(self) -> Fleet | None:
        """What was applied last, by this process or an earlier one."""
        if self._fleet is None:
            kept = self.home.read("desired.json")
            if kept is not None:
                desired = applied.read(kept)
                names = sorted({name for each in desired.workloads for name in each.secrets})
                values = self.ensure_secrets(tuple(names))
                self._fleet = self._fleet_of(replace(desired, secrets=values))
        return self._fleet

    def _running(self) -> Fleet:
        fleet = self._known_fleet()
        if fleet is None:
            raise nothing_runs(self.system, self._folder)
        return fleet

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Each replica that should be there, as it is."""
        return fleet.status() if (fleet := self._known_fleet()) is not None else ()

    def orphans(self) -> Orphans:
        """What runs of this system although nothing holds it: none while its manager answers."""
        if Supervisor(self.home).alive():
            return Orphans()
        fleet = self._known_fleet()
        found = orphans(self.home, fleet.placement.locations if fleet is not None else ())
        return Orphans(count=found.count, reason=found.reason)

    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed, data aside."""
        return self.home.begun or bool(belonging(self.home))

    def running(self) -> tuple[str, ...]:
        """The workloads of which a process runs, ready or not."""
        known = Supervisor(self.home).processes()
        return tuple(dict.fromkeys(n.rpartition(".")[0] for n in known if known[n].get("pid")))

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
        self._running().begin(workload)

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
        """An HTTP request to a replica, directly and never through a proxy."""
        from seatrial.runtimes.shared.asking import ask, client  # noqa: PLC0415 - see above

        fleet = self._running()
        fleet.replicas(workload)
        url = f"{scheme(port)}://{fleet.placement.endpoint(workload, port, replica)}{path}"
        # from an address that no user and no prober has: logs tell who asked
        self._client = self._client or client(asking(fleet.placement))
        return ask(self._client, workload, method=method, url=url, body=body, headers=headers)

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        """Run a command as a replica of a workload would."""
        fleet = self._running()
        return fleet.execute(fleet.replica(workload, replica), argv, stdin)

    def put(self, workload: str, path: str, text: str, *, replica: int = 0) -> None:
        """Write a file into the folder of a replica, as its user."""
        one = self._running().replica(workload, replica)
        replace_text(one.directory / path, text, mode=0o640, owner=one.uid)

    def examine(self, engine: str, files: Mapping[str, str], argv: tuple[str, ...]) -> Executed:
        """Run a program of an engine in a scratch folder that holds just these files."""
        return examine(self._engines, engine, files, argv)

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Move a stopped workload's volume aside and give it a fresh one."""
        fleet = self._running()
        for number in range(fleet.replicas(workload)):
            one = fleet.replica(workload, number)
            inside = next(each.path for each in one.workload.volumes if each.name == volume)
            one.aside(inside, self.home.kept(keep_as, number))

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
        fleet = self._known_fleet()
        alive = fleet is not None and fleet.supervisor.alive()
        if not alive and self._faults.journal.pending() and self.orphans().count:
            raise RuntimeFailure(
                f"{self.orphans().reason}, so that no fault can be undone one by one",
                "run `seatrial up`: it starts everything anew; or `seatrial down`",
            )
        return self._undone(fleet)

    def _undone(
        self, fleet: Fleet | None, only: Callable[[Undo], bool] = everything
    ) -> tuple[str, ...]:
        return self._faults.undo_all(self._carrier_of(fleet), only)

    def _carrier_of(self, fleet: Fleet | None) -> Carrier | None:
        return self._carrier(fleet) if fleet is not None and fleet.supervisor.alive() else None

    def _carrier(self, fleet: Fleet) -> Carrier:
        own = carry.families(fleet, self._beats)
        return carrier(own, fleet.workloads, fleet.placement, self.request, self.known_secrets)

    # -- the end ---------------------------------------------------------------------------

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        """Remove every process, mount, group, socket and file; with `purge` the data too."""
        if not purge:  # then what a fault has made goes with the data
            found = self._faults.before_down(lambda: self._carrier_of(self._known_fleet()))
            told_undo(found, progress)
        down.down(self.home, purge=purge, progress=progress, keep=self._faults.kept())
        self._fleet = None


def _programs(fleet: Fleet) -> tuple[Program, ...]:
    return tuple(
        Program.of(one, number)
        for one in fleet.workloads.values()
        for number in range(one.replicas)
    )
