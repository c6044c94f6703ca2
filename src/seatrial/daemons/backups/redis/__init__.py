"""Redis, by snapshots over the network: how they are taken, and how a copy is restored.

A snapshot is what `redis-cli --rdb` receives: the server forks and sends itself as it was then. It
cannot be replayed to a later moment; what is written between two is lost with the server. The
daemon runs as the server's user and reaches its folder, because a copy takes its place there.
"""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.product import Product
from seatrial.daemons.backups.redis import plan
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.keeping import Keeping
from seatrial.daemons.backups.redis.restoring import Restoring
from seatrial.daemons.backups.redis.taking import Taking
from seatrial.daemons.backups.redis.trail import Trail


def product(found: Mapping[str, Any], _registry: CollectorRegistry) -> Product:
    """The product of a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    own = plan.read(found)
    keeping = Keeping(plan=own, server=Server(login=own.server))
    return Product(
        keeping=keeping,
        restoring=Restoring(plan=own, keeping=keeping),
        access={"user": "default", "database": "0"},
        taking=Taking(plan=own, keeping=keeping, data=own.data),
        trail=Trail(server=keeping.server),
    )
