"""What failover tells the others: seats, the front that stands for the store, what is scraped."""

from seatrial.capabilities.failover import place, policy, rules
from seatrial.capabilities.failover.procedures import recovery, switch
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.engines.etcd.config import PORTS as ETCD
from seatrial.engines.patroni.config import PORTS as PATRONI
from seatrial.system.held import holder


def declare(intent: Intent) -> Declarations:
    """Nothing where no store fails over, or none can."""
    system = intent.system
    found = place.stores(system, intent.runtime, beside=intent.beside)
    return Declarations(
        seats=tuple(each for store in found for each in _seats(intent, store)),
        fronts=tuple(place.front(system, each) for each in found),
        targets=tuple(each for store in found for each in _targets(intent, store)),
        groups=tuple(rules.group(system, each, rehearsal=intent.rehearsal) for each in found),
        recoveries=tuple(recovery(each) for each in found),
        procedures=tuple(switch(system, each) for each in found),
    )


def _seats(intent: Intent, store: str) -> tuple[Seat, ...]:
    members = 1 + policy.of(intent.system, store).standbys
    writers = Seat(workload=place.writers(store), ports={place.HTTP: 8080})
    return (
        *(Seat(workload=each, ports=ETCD) for each in place.witnesses(store)),
        Seat(workload=holder(intent.system, store), ports=PATRONI, replicas=members),
        *((writers,) if intent.rehearsal else ()),
    )


def _targets(intent: Intent, store: str) -> tuple[ScrapeTarget, ...]:
    members = (holder(intent.system, store), place.REST)
    writers = (place.writers(store), place.HTTP)
    return tuple(
        ScrapeTarget(
            job=each,
            subject=each,
            kind="monitoring",
            workload=each,
            port=port,
            labels={"team": intent.system.stores[store].owner},
        )
        for each, port in (members, *((writers,) if intent.rehearsal else ()))
    )
