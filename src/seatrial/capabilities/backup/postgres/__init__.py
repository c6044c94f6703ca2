"""PostgreSQL, by pgBackRest: to any instant, from a full backup and the server's log."""

from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.postgres import alerts, expectations, place
from seatrial.capabilities.backup.product import Product
from seatrial.system.model import System

_TAKES = 3600.0  # seconds that a backup may take before it counts as late


def _late(system: System, store: str) -> float:
    return policy.schedule(system, store)["incremental"] + _TAKES


POSTGRES = Product(
    ports=place.DAEMON_PORTS,
    plan=place.plan,
    files=place.files,
    additions=place.additions,
    volumes=(),
    secrets=place.secrets,
    tools=("pgbackrest", "postgres"),
    shares=True,
    takes=True,
    searched=True,
    archiving=expectations.archiving,
    late=_late,
    lost="A restore must replay all that was written since.",
    seen=("backups_held", "backup_archive_stuck"),
    alerts=(alerts.damaged, alerts.rotten, alerts.hole),
    server=(alerts.stuck,),
    expectations=(expectations.exact, expectations.archived, expectations.whole),
    elsewhere=(expectations.exact_from, expectations.archived_to),
)
