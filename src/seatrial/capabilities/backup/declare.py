"""What backup tells the others: its daemons' seats, and what a store's own server needs."""

from seatrial.capabilities.backup import place, products, rules
from seatrial.capabilities.backup.recovery import recovery
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.system.model import System


def declare(intent: Intent) -> Declarations:
    """Nothing where no store's backup is declared, or none can be taken."""
    found = place.stores(intent.system, intent.runtime, beside=intent.beside)
    return Declarations(
        seats=tuple(
            Seat(workload=place.named(each), ports=products.of(intent.system, each).ports)
            for each in found
        ),
        additions=tuple(
            addition
            for each in found
            if (addition := products.of(intent.system, each).addition(intent.system, each))
        ),
        targets=tuple(_target(intent.system, each) for each in found),
        recoveries=tuple(recovery(each) for each in found),
        groups=tuple(rules.group(intent.system, each) for each in found),
    )


def _target(system: System, store: str) -> ScrapeTarget:
    name = place.named(store)
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=name,
        port=place.HTTP,
        labels={"team": system.stores[store].owner},
    )
