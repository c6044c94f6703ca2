"""What is expected when a key has expired, and with which defect it must turn red."""

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres.alerts import STUCK
from seatrial.capabilities.backup.refused import judges
from seatrial.capabilities.backup.refused.scenarios import WITHIN, keepers, scenario_of
from seatrial.contract.action import Pause
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.engines.prometheus.watches import ALERTS

_ENGINES = ("pgbackrest", "postgres", "versitygw", "prometheus")


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each log that is kept in another region."""
    names = {each.name for each in scenarios}
    return tuple(_noticed(each) for each, _ in keepers(context) if scenario_of(each) in names)


def _noticed(keeper: Keeper) -> Expectation:
    store, scenario = keeper.store, scenario_of(keeper)
    daemon = place.named(store)
    judge = judges.noticed(STUCK, daemon, WITHIN)
    return Expectation(
        name=f"noticed/{scenario}",
        scenario=scenario,
        requirements=("R20.3", "R20.4"),
        summary=f"That {keeper.region} refuses the log of {store} is told within five minutes",
        watches=(ALERTS,),
        judge=judge,
        control=Control(
            defect=f"the daemon that looks after the backups of {store} hangs",
            actions=(Pause(workload=daemon),),
            late=True,  # it takes the order to write rows first
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}",),
        engines=_ENGINES,
    )
