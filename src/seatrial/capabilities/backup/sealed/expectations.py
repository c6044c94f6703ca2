"""What is expected of a bundle, and with which defect it must turn red."""

from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.sealed import place
from seatrial.capabilities.backup.sealed.judges import same
from seatrial.capabilities.backup.sealed.procedures import procedure
from seatrial.capabilities.backup.sealed.scenarios import places, scenario_of
from seatrial.capabilities.backup.spoiling import spoiled
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.contract.sealing import SECRETS
from seatrial.engines.versitygw import workload as vault

PREFIX = "_system"  # as daemons/sealer/far.py names it


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each place from which it is brought back."""
    names = {each.name for each in scenarios}
    found = (each for each in places(context) if scenario_of(each) in names)
    return tuple(_expectation(context, each) for each in found)


def _expectation(context: Context, region: str) -> Expectation:
    steps = procedure(context).steps
    judge = same(place.NAME, context.system.targets.rto.seconds, len(steps))
    where = f" that lies in {region}" if region else ""
    store = place.elsewhere(context.system, context.placement.runtime).get(region, "")
    return Expectation(
        name=f"same/{scenario_of(region)}",
        scenario=scenario_of(region),
        requirements=("R20.2", "R20.3", "T6") if region else ("R20.2", "T6"),
        summary="By a page and the recovery key: the file of the system, all that it reads and"
        " every secret are in the newest"
        f" bundle{where} as the system has them, and the file that was in it is checked well",
        watches=(),
        judge=judge,
        control=_spoiled(region, store) if region else _STALE,
        ripe=settled(judge),
        depends=(
            "backup",
            *((f"{'.'.join(policy.path(context.system, store))}.backup",) if store else ()),
        ),
    )


# What is laid down to be sealed is another one; not the token that the daemon asks for.
_STALE = Control(
    defect="a secret has changed, and what is sealed is the one before",
    actions=(
        AlterFile(workload=place.NAME, path=f"{SECRETS}/{place.ORDERS}", text="the one before"),
    ),
)


def _spoiled(region: str, store: str) -> Control:
    folder = f"${{self.dir}}/{vault.OBJECTS}/{vault.BUCKET}/{PREFIX}"
    return Control(
        defect=f"half of each bundle in {region} is gone",
        actions=(spoiled(shared.vault(store, region), folder, "*.age"),),
    )
