"""What is expected of a bundle, and with which defect it must turn red."""

from seatrial.capabilities.backup.sealed import place
from seatrial.capabilities.backup.sealed.judges import same
from seatrial.capabilities.backup.sealed.scenarios import RECOVER
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.contract.sealing import SECRETS


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One, where it is opened."""
    if RECOVER not in {each.name for each in scenarios}:
        return ()
    judge = same(place.NAME, context.system.targets.rto.seconds)
    return (
        Expectation(
            name=f"same/{RECOVER}",
            scenario=RECOVER,
            requirements=("R20.2",),
            summary="The file of the system, all that it reads and every secret are in the newest"
            " bundle as the system has them, and the file that was in it is checked well",
            watches=(),
            judge=judge,
            control=Control(
                defect="a secret has changed, and what is sealed is the one before",
                actions=(
                    # what is laid down to be sealed, not the token that the daemon asks for
                    AlterFile(
                        workload=place.NAME,
                        path=f"{SECRETS}/{place.ORDERS}",
                        text="the one before",
                    ),
                ),
            ),
            ripe=settled(judge),
            depends=("backup",),
        ),
    )
