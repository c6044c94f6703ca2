"""The log's way from several members into another region, and what is expected of it."""

from seatrial.capabilities.backup.cluster.reach import home
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres.expectations import sent
from seatrial.capabilities.backup.postgres.place import CONFIG, text
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Expectation
from seatrial.engines.pgbackrest.config import Bucket
from seatrial.system.held import holder


def archived_to(context: Context, keeper: Keeper) -> Expectation:
    """What is lost with the whole region of all members is within the RPO."""
    return sent(context, keeper, archiving)


def archiving(context: Context, store: str, far: Bucket) -> AlterFile:
    """The members archive at home and into that bucket."""
    system = context.system
    every = (home(system, store, context.placement), far)
    return AlterFile(workload=holder(system, store), path=CONFIG, text=text(system, store, every))
