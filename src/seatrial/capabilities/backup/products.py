"""The products whose stores can be backed up."""

from collections.abc import Mapping

from seatrial.capabilities.backup.postgres import POSTGRES
from seatrial.capabilities.backup.product import Product
from seatrial.capabilities.backup.redis import REDIS
from seatrial.system.model import System

PRODUCTS: Mapping[str, Product] = {"postgres": POSTGRES, "redis": REDIS}


def of(system: System, store: str) -> Product:
    """The product of a store that is backed up."""
    return PRODUCTS[system.stores[store].engine]
