"""What logs tells the others: its seats, what these tell of themselves, when they are ill."""

from seatrial.capabilities.logs import keeper
from seatrial.capabilities.logs.rules import group
from seatrial.capabilities.logs.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.engines.otelcol import reach
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.system.model import System
from seatrial.system.ownership import first_team

REQUIREMENT = "R05"


def collected(system: System, runtime: str) -> bool:
    """Whether logs are collected: promised, and where their lines can be read."""
    return system.promised(REQUIREMENT) and reach.read(runtime)


def owner_of(system: System, settings: Settings) -> str:
    """Who is told that no logs come in."""
    return settings.owner or first_team(system.teams)


def declare(intent: Intent) -> Declarations:
    """Seats, targets and rules; nothing where logs are not promised."""
    if not collected(intent.system, intent.runtime):
        return Declarations()
    owner = owner_of(intent.system, intent.settings)
    audited = intent.settings.audit is not None
    stores = (victorialogs.NAME, *((victorialogs.AUDIT,) if audited else ()))
    keepers = (keeper.NAME, *((keeper.AUDIT,) if audited else ()))
    return Declarations(
        seats=(
            *(Seat(workload=each, ports=victorialogs.PORTS) for each in stores),
            *(Seat(workload=each, ports=keeper.PORTS) for each in keepers),
            Seat(workload=otelcol.NAME, ports=otelcol.PORTS),
            *((Seat(workload=reach.HOST_LOG, ports={}),) if intent.settings.host else ()),
        ),
        targets=(
            *(_target(each, "http", owner) for each in (*stores, *keepers)),
            _target(otelcol.NAME, "metrics", owner),
        ),
        groups=(group(owner, audited=audited),),
    )


def _target(name: str, port: str, owner: str) -> ScrapeTarget:
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=name,
        port=port,
        labels={"team": owner},
    )
