"""What is expected when a table is dropped, and with which defect it must turn red."""

from seatrial.capabilities.backup.deletion import judges
from seatrial.capabilities.backup.deletion.scenarios import scenario_of, stores
from seatrial.capabilities.backup.postgres.expectations import nowhere
from seatrial.capabilities.backup.watching import watch
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Expectation, Scenario, settled

_ENGINES = ("pgbackrest", "postgres")


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each store whose log is searched."""
    names = {each.name for each in scenarios}
    return tuple(_undone(context, each) for each in stores(context) if scenario_of(each) in names)


def _undone(context: Context, store: str) -> Expectation:
    scenario = scenario_of(store)
    judge = judges.undone(store, context.system.targets.rto.seconds)
    return Expectation(
        name=f"undone/{scenario}",
        scenario=scenario,
        requirements=("R20.1", "R20.4", "S5", "T6"),
        summary=f"When a table of {store} is dropped under load, the moment is found, and a copy of"
        " the one before has the table and all that was acknowledged",
        watches=(watch(store),),
        judge=judge,
        control=nowhere(context, store),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rto"),
        engines=_ENGINES,
    )
