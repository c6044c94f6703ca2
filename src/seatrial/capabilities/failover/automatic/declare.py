"""What a store that is moved by itself tells the others: seats, links, rules."""

from collections.abc import Iterator

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.automatic import rules
from seatrial.capabilities.failover.place import Site
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations
from seatrial.contract.placement import Link, Seat
from seatrial.engines.etcd.config import PORTS as ETCD


def declare(intent: Intent, store: str, sites: tuple[Site, ...]) -> Declarations:
    """Nothing where people move it."""
    regions = place.quorum(intent.system, store, intent.regions)
    if not regions:
        return Declarations()
    witness, mover = regions[-1], place.mover(store)
    return Declarations(
        seats=(
            Seat(
                workload=place.elector(store, witness, intent.regions), ports=ETCD, region=witness
            ),
            Seat(workload=mover, ports={place.HTTP: 8080}, region=sites[-1].region),
        ),
        links=tuple(_links(sites)) if intent.rehearsal else (),
        groups=(rules.group(store, intent.system.stores[store].owner, sites),),
    )


def _links(sites: tuple[Site, ...]) -> Iterator[Link]:
    """Each way out of a region that a rehearsal cuts: to who agrees, and to the other's members."""
    for site in sites:
        for each in site.electors:
            if each not in site.witnesses:
                yield Link(source=site.members, target=each, port="client")
        yield from (
            Link(source=site.members, target=other.members, port="sql")
            for other in sites
            if other is not site
        )
