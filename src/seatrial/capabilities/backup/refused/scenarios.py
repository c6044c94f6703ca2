"""The key that another region's repository asks for is accepted no more."""

from dataclasses import replace
from functools import partial

from seatrial.capabilities.backup import place, products
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres.place import bucket
from seatrial.capabilities.backup.product import Archiving
from seatrial.capabilities.backup.steady import steady
from seatrial.contract.action import Execute, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario
from seatrial.engines.postgres.sql import command
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.held import holder

WITHIN = 300.0  # seconds in which somebody must be told
_SLACK = 60.0
_EXPIRED = "expired"  # no server of ours ever took it
_PATH = "/trail"
_CLOSE = "SELECT pg_switch_wal()"  # else it is closed when archive_timeout has passed


def scenario_of(keeper: Keeper) -> str:
    """The scenario in which it is refused there."""
    return f"key-expired-{keeper.store}-in-{keeper.region}"


def keepers(context: Context) -> tuple[tuple[Keeper, Archiving], ...]:
    """Who keeps a log in another region, where alerts are raised."""
    if not context.placement.has(prometheus.NAME):
        return ()
    system, runtime = context.system, context.placement.runtime
    found = place.keepers(system, runtime, beside=context.beside)
    every = ((each, products.of(system, each.store).archiving) for each in found if each.region)
    return tuple((keeper, archiving) for keeper, archiving in every if archiving is not None)


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each of them, in a rehearsal."""
    found = keepers(context) if context.rehearsal else ()
    return tuple(_scenario(context, *each) for each in found)


def _scenario(context: Context, keeper: Keeper, archiving: Archiving) -> Scenario:
    system, store = context.system, keeper.store
    order = partial(
        Request,
        workload=place.named(store),
        port=place.HTTP,
        path=_PATH,
        headers=place.shown(store),
    )
    known = bucket(context.placement, store, keeper.region)
    expired = replace(known, password=_EXPIRED)
    actions = (
        archiving(context, store, expired),
        order(method="POST", undo=order(method="DELETE")),
        Execute(
            workload=holder(system, store),
            argv=command(_CLOSE),
            replica=place.writing(system, store),
        ),
    )
    own = (place.named(store), keeper.name, place.vault(store, keeper.region))
    return Scenario(
        name=scenario_of(keeper),
        question=f"When {keeper.region} refuses the log of {store}, because a key has expired, is"
        " somebody told before anybody needs it?",
        injections=(Injection(actions=actions),),
        radius=frozenset({store, holder(system, store), place.repository(system, store), *own}),
        within=WITHIN + _SLACK,
        steady=(steady(store),),
    )
