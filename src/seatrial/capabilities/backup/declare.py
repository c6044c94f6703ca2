"""What backup tells the others: its daemons' seats, and what a store's own server needs."""

from seatrial.capabilities.backup import place, products, rules, vault
from seatrial.capabilities.backup.procedures import procedures
from seatrial.capabilities.backup.recovery import recovery
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.system.model import System


def declare(intent: Intent) -> Declarations:
    """Nothing where no store's backup is declared, or none can be taken."""
    found = place.stores(intent.system, intent.runtime, beside=intent.beside)
    keepers = place.keepers(intent.system, intent.runtime, beside=intent.beside)
    return Declarations(
        seats=(
            *(
                Seat(workload=each.name, ports=products.of(intent.system, each.store).ports)
                for each in keepers
            ),
            *(vault.seat(each) for each in keepers if each.region),
        ),
        additions=tuple(
            addition
            for each in found
            if (addition := products.of(intent.system, each).addition(intent.system, each))
        ),
        targets=tuple(_target(intent.system, each) for each in keepers),
        recoveries=tuple(recovery(each) for each in found),
        procedures=tuple(one for each in found for one in procedures(intent.system, each)),
        groups=tuple(rules.group(intent.system, each) for each in keepers),
    )


def _target(system: System, keeper: place.Keeper) -> ScrapeTarget:
    name = keeper.name
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=name,
        port=place.HTTP,
        labels={"team": system.stores[keeper.store].owner},
    )
