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
from seatrial.system.ownership import UNASSIGNED

REQUIREMENT = "R05"


def collected(system: System, runtime: str) -> bool:
    """Whether logs are collected: promised, and where their lines can be read."""
    return system.promised(REQUIREMENT) and reach.read(runtime)


def owner_of(system: System, settings: Settings) -> str:
    """Who is told that no logs come in."""
    known = (name for name in system.teams if name != UNASSIGNED)
    return settings.owner or next(known, UNASSIGNED if system.teams else "")


def declare(intent: Intent) -> Declarations:
    """Seats, targets and rules; nothing where logs are not promised."""
    if not collected(intent.system, intent.runtime):
        return Declarations()
    owner = owner_of(intent.system, intent.settings)
    return Declarations(
        seats=(
            Seat(workload=victorialogs.NAME, ports=victorialogs.PORTS),
            Seat(workload=keeper.NAME, ports=keeper.PORTS),
            Seat(workload=otelcol.NAME, ports=otelcol.PORTS),
        ),
        targets=(
            _target(victorialogs.NAME, "http", owner),
            _target(keeper.NAME, "http", owner),
            _target(otelcol.NAME, "metrics", owner),
        ),
        groups=(group(owner),),
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
