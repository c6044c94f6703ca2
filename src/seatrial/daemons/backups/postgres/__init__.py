"""PostgreSQL, by pgBackRest: how its backups are taken, and how a copy of it is restored.

The daemon stands in the store's own place: it runs as the same user and reads the same folder,
because pgBackRest reads the server's files themselves. What may not live here: anything that
another product does alike.
"""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.postgres import plan
from seatrial.daemons.backups.postgres.archiver import Archiving
from seatrial.daemons.backups.postgres.crossing import Crossing
from seatrial.daemons.backups.postgres.deletion import Deletion
from seatrial.daemons.backups.postgres.identity import Identity
from seatrial.daemons.backups.postgres.keeping import Keeping
from seatrial.daemons.backups.postgres.plan import TABLES
from seatrial.daemons.backups.postgres.repository import Repository
from seatrial.daemons.backups.postgres.restoring import Restoring
from seatrial.daemons.backups.postgres.searching import Searching
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.postgres.tables import Tables
from seatrial.daemons.backups.postgres.taking import Taking
from seatrial.daemons.backups.postgres.trail import Trail
from seatrial.daemons.backups.product import NEVER, Product


def product(found: Mapping[str, Any], registry: CollectorRegistry) -> Product:
    """The product of a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    own = plan.read(found)
    server = Server(login=own.server)
    tables = Tables(server=server, file=own.copies / TABLES, keep=own.keep)
    identity = Identity(plan=own, server=server)
    keeping = Keeping(
        plan=own,
        repository=Repository(plan=own, server=server),
        server=server,
        archiving=Archiving(registry),
        tables=tables,
        identity=identity,
    )
    restoring, trail = Restoring(plan=own, keeping=keeping), Trail(server=server)
    searching = Searching(restoring=restoring, tables=tables)
    return Product(
        keeping=keeping,
        restoring=restoring,
        access={"user": own.server.user, "database": own.server.database},
        taking=Taking(plan=own, keeping=keeping, data=own.data) if own.data else None,
        unable=own.unable or NEVER,
        trail=trail,
        searching=searching,
        special={
            "failover": Crossing(restoring=restoring, trail=trail),
            "deletion": Deletion(searching=searching, trail=trail),
        },
        identity=identity,
    )
