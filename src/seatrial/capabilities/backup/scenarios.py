"""A store is restored, beside itself, to a moment that nobody chose."""

from functools import partial

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.cluster.scenarios import scenarios as of_clusters
from seatrial.capabilities.backup.deletion.scenarios import scenarios as of_deletions
from seatrial.capabilities.backup.in_place.scenarios import scenarios as in_place
from seatrial.capabilities.backup.place import scenario_of
from seatrial.capabilities.backup.refused.scenarios import scenarios as of_keys
from seatrial.capabilities.backup.sealed.scenarios import scenarios as of_system
from seatrial.capabilities.backup.steady import steady
from seatrial.contract.action import Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario
from seatrial.system.held import holder
from seatrial.system.model import System

WITHIN = 300.0


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each backed-up store, which is written to, and the system: in a rehearsal."""
    if not context.rehearsal:
        return ()
    system, runtime = context.system, context.placement.runtime
    found = place.keepers(system, runtime, beside=context.beside)
    beside = (_scenario(system, each) for each in found)
    others = (in_place, of_deletions, of_clusters, of_keys, of_system)
    return (*beside, *(one for each in others for one in each(context)))


def _scenario(system: System, keeper: place.Keeper) -> Scenario:
    store, region = keeper.store, keeper.region
    order = partial(
        Request,
        workload=keeper.name,
        port=place.HTTP,
        path="/drills",
        headers=place.shown(store, region=region),
    )
    question = f"Can {store} be brought back, exactly as it was at a moment of your choice?"
    if region:
        question = (
            f"Can {store} be brought back with no backup at home, from what lies in {region}?"
        )
    begin = order(method="POST", undo=order(method="DELETE"))
    return Scenario(
        name=scenario_of(store, region),
        question=question,
        injections=(Injection(actions=(begin,)),),
        radius=frozenset(
            {store, place.named(store), keeper.name}
            | ({place.vault(store, region)} if region else set())
            | {place.repository(system, store), holder(system, store)}
        ),
        within=WITHIN,
        steady=(steady(store, region),),
        fresh=False,
    )
