"""What is expected of the log's way from several members into another region."""

from seatrial.capabilities.backup.cluster.reach import home
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres.expectations import sent
from seatrial.capabilities.backup.postgres.place import CONFIG, bucket, text
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Expectation
from seatrial.system.held import holder


def archived_to(context: Context, keeper: Keeper) -> Expectation:
    """What is lost with the whole region of all members is within the RPO."""
    system, store, placement = context.system, keeper.store, context.placement
    far = bucket(placement, store, keeper.region, named="nowhere")
    every = (home(system, store, placement), far)
    nowhere = AlterFile(
        workload=holder(system, store), path=CONFIG, text=text(system, store, every)
    )
    return sent(context, keeper, nowhere)
