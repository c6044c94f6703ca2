"""The files that a service keeps, by restic: how they are copied, and how a copy is restored.

A file may change while it is copied: what may not be copied so is put out by the service's own
command, and read back by another. What lies beside the files in `.seatrial` is ours.
"""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.files import plan
from seatrial.daemons.backups.files.keeping import Keeping
from seatrial.daemons.backups.files.restoring import Restoring
from seatrial.daemons.backups.product import Product


def product(found: Mapping[str, Any], _registry: CollectorRegistry) -> Product:
    """The product of a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    own = plan.read(found)
    keeping = Keeping(plan=own)
    return Product(keeping=keeping, restoring=Restoring(plan=own, keeping=keeping), access={})
