"""The products that can be backed up."""

from collections.abc import Mapping

from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.cluster import CLUSTER
from seatrial.capabilities.backup.files import FILES
from seatrial.capabilities.backup.postgres import POSTGRES
from seatrial.capabilities.backup.product import Product
from seatrial.capabilities.backup.redis import REDIS
from seatrial.system.held import fails_over
from seatrial.system.model import System

PRODUCTS: Mapping[str, Product] = {
    "postgres": POSTGRES,
    "redis": REDIS,
    policy.FILES: FILES,
}


def of(system: System, store: str) -> Product:
    """The product of what is backed up under that name."""
    if fails_over(system, store):
        return CLUSTER
    return PRODUCTS[policy.product(system, store)]
