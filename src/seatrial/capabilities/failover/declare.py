"""What failover tells the others: seats, the front that stands for the store, what is scraped."""

from collections.abc import Iterator
from itertools import permutations

from seatrial.capabilities.failover import place, policy, rules
from seatrial.capabilities.failover.automatic import declare as automatic
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.procedures import procedures, recovery
from seatrial.capabilities.failover.users import declare as users
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Link, Seat
from seatrial.engines.etcd.config import PORTS as ETCD
from seatrial.engines.haproxy.config import STATUS, STREAM
from seatrial.engines.patroni.config import PORTS as PATRONI


def declare(intent: Intent) -> Declarations:
    """Nothing where no store fails over, or none can, and no service has a front."""
    system, run = intent.system, intent.regions
    found = place.stores(system, intent.runtime, beside=intent.beside)
    sites = {store: place.sites(system, store, run) for store in found}
    declared = Declarations(
        seats=tuple(each for store in found for each in _seats(intent, store, sites[store])),
        links=tuple(each for store in found for each in _links(intent, sites[store])),
        fronts=tuple(place.front(system, each, run) for each in found),
        targets=tuple(each for store in found for each in _targets(intent, store, sites[store])),
        groups=tuple(rules.group(intent, each, sites[each]) for each in found),
        recoveries=tuple(recovery(each, sites[each]) for each in found),
        procedures=tuple(each for store in found for each in procedures(intent, store)),
    )
    for each in found:
        declared = declared.joined(automatic.declare(intent, each, sites[each]))
    return declared.joined(users.declare(intent))


def _seats(intent: Intent, store: str, sites: tuple[Site, ...]) -> tuple[Seat, ...]:
    members = 1 + policy.of(intent.system, store).standbys
    seats = [
        seat
        for site in sites
        for seat in (
            *(Seat(workload=each, ports=ETCD, region=site.region) for each in site.witnesses),
            Seat(workload=site.members, ports=PATRONI, replicas=members, region=site.region),
        )
    ]
    if intent.rehearsal:
        # what measures a region's loss must not be lost with it
        ports, far = {place.HTTP: 8080}, sites[-1].region
        seats.append(Seat(workload=place.writers(store), ports=ports, region=far))
    return tuple(seats)


def _links(intent: Intent, sites: tuple[Site, ...]) -> tuple[Link, ...]:
    """The ways that a rehearsal can cut: from the copy, and of each member at home to etcd."""
    if not intent.rehearsal:
        return ()
    streams = (
        Link(source=copy.members, target=other.front, port=STREAM)
        for copy, other in permutations(sites, 2)
    )
    home = sites[0]
    agreed = (
        Link(source=home.members, target=each, port="client", apart=True)
        for each in home.witnesses
        if home.witnesses == home.electors  # where three regions agree a whole region is cut off
    )
    return (*streams, *agreed)


def _targets(intent: Intent, store: str, sites: tuple[Site, ...]) -> Iterator[ScrapeTarget]:
    """All of it: of who cannot be read `TargetUnreadable` tells, so of one witness that is lost."""
    owner = intent.system.stores[store].owner
    for site in sites:
        yield _target(site.members, site.members, place.REST, owner)
        yield _target(f"{site.front}-proxy", site.front, STATUS, owner)
        for each in site.witnesses:
            yield _target(each, each, "client", owner)
    if place.agreed(intent.system, store, intent.regions):
        mover, witness = place.mover(store), sites[0].electors[-1]
        yield _target(mover, mover, place.HTTP, owner)
        yield _target(witness, witness, "client", owner)
    if intent.rehearsal:
        writers = place.writers(store)
        yield _target(writers, writers, place.HTTP, owner)


def _target(job: str, workload: str, port: str, owner: str) -> ScrapeTarget:
    return ScrapeTarget(
        job=job,
        subject=job,
        kind="monitoring",
        workload=workload,
        port=port,
        labels={"team": owner},
    )
