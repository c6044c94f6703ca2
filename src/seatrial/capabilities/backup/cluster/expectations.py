"""What is expected of backups across a failover, and with which defect it must turn red."""

from seatrial.capabilities.backup.cluster import judges
from seatrial.capabilities.backup.cluster.scenarios import scenario_of, stores
from seatrial.capabilities.backup.postgres.place import CONFIG, text
from seatrial.capabilities.backup.watching import watch
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.system.held import holder

_ENGINES = ("pgbackrest", "postgres", "patroni", "etcd", "haproxy")


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each store that is backed up and fails over."""
    names = {each.name for each in scenarios}
    return tuple(_across(context, each) for each in stores(context) if scenario_of(each) in names)


def _across(context: Context, store: str) -> Expectation:
    system, scenario = context.system, scenario_of(store)
    judge = judges.across(store, system.targets.rto.seconds)
    nowhere = text(system, store, ("${self.dir}/nowhere",))
    return Expectation(
        name=f"across/{scenario}",
        scenario=scenario,
        requirements=("R20.1", "R20.4", "S5", "T6"),
        summary=f"Copies of {store} as it was before, in and after a failover hold what was"
        " acknowledged by then, and nothing more",
        watches=(watch(store),),
        judge=judge,
        control=Control(
            defect="the members archive to a repository that is not there",
            actions=(AlterFile(workload=holder(system, store), path=CONFIG, text=nowhere),),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rto"),
        engines=_ENGINES,
    )
