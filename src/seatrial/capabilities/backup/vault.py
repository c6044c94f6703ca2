"""What keeps a store's backups in another region: an S3 server, which cannot read them."""

from seatrial.capabilities.backup.place import Keeper, vault
from seatrial.contract.output import Workload
from seatrial.contract.placement import Seat
from seatrial.engines.versitygw import workload
from seatrial.system.model import System


def seat(keeper: Keeper) -> Seat:
    """Its place, in that region."""
    name = vault(keeper.store, keeper.region)
    return Seat(workload=name, ports=workload.PORTS, region=keeper.region)


def made(system: System, keeper: Keeper) -> Workload:
    """It runs there, one for each store."""
    return workload.workload(
        vault(keeper.store, keeper.region),
        region=keeper.region,
        owner=system.stores[keeper.store].owner or "",
        why=f"keeps the backups of {keeper.store} in {keeper.region}, encrypted",
    )
