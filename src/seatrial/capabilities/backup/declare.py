"""What backup tells the others: its daemons' seats, and what a store's own server needs."""

from seatrial.capabilities.backup import place, policy, products, rules, vault
from seatrial.capabilities.backup.in_place.procedures import procedures as in_place
from seatrial.capabilities.backup.procedures import procedures
from seatrial.capabilities.backup.recovery import recovery
from seatrial.capabilities.backup.sealed import alerts as of_system
from seatrial.capabilities.backup.sealed import place as sealing
from seatrial.capabilities.backup.sealed.procedures import procedure
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.contract.procedure import Procedure
from seatrial.system.model import System


def declare(intent: Intent) -> Declarations:
    """Nothing where no store's backup is declared and nothing is sealed, or none can be taken."""
    return _of_stores(intent).joined(_of_system(intent))


def _of_system(intent: Intent) -> Declarations:
    if not sealing.sealed(intent, intent.runtime):
        return Declarations()
    return Declarations(
        seats=(Seat(workload=sealing.NAME, ports=sealing.PORTS),),
        targets=(
            ScrapeTarget(
                job=sealing.NAME,
                subject=sealing.NAME,
                kind="monitoring",
                workload=sealing.NAME,
                port=place.HTTP,
                labels={"team": sealing.owner(intent)},
            ),
        ),
        procedures=(procedure(intent),),
        groups=(
            of_system.group(
                sealing.owner(intent),
                elsewhere=bool(sealing.elsewhere(intent.system, intent.runtime)),
            ),
        ),
    )


def _of_stores(intent: Intent) -> Declarations:
    found = place.stores(intent.system, intent.runtime, beside=intent.beside)
    keepers = place.keepers(intent.system, intent.runtime, beside=intent.beside)
    return Declarations(
        seats=(
            *(
                Seat(
                    workload=each.name,
                    ports=products.of(intent.system, each.store).ports,
                    region=place.stands(intent.system, each),
                )
                for each in keepers
            ),
            *(vault.seat(each) for each in keepers if each.region),
            *(seat for each in found for seat in _beside(intent.system, each)),
        ),
        additions=tuple(
            one
            for each in found
            for one in products.of(intent.system, each).additions(intent.system, each)
        ),
        targets=tuple(_target(intent.system, each) for each in keepers),
        recoveries=tuple(recovery(each) for each in found),
        procedures=tuple(one for each in found for one in _procedures(intent, each)),
        groups=tuple(rules.group(intent.system, each) for each in keepers),
    )


def _beside(system: System, store: str) -> tuple[Seat, ...]:
    return products.of(system, store).seats(system, store)


def _procedures(intent: Intent, store: str) -> tuple[Procedure, ...]:
    """In place only where a copy's data can change places with the store's."""
    system = intent.system
    takes = products.of(system, store).takes and intent.runtime == place.LOCAL
    return (*procedures(system, store), *(in_place(system, store) if takes else ()))


def _target(system: System, keeper: place.Keeper) -> ScrapeTarget:
    name = keeper.name
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=name,
        port=place.HTTP,
        labels={"team": policy.kept(system, keeper.store).owner},
    )
