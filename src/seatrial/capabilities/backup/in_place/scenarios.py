"""A copy takes the store's place and what it had takes it again, while rows are written."""

from functools import partial

from seatrial.capabilities.backup import place, products
from seatrial.capabilities.backup.in_place.procedures import (
    NOTHING,
    VALUES,
    replace,
    scenario_of,
    take_back,
    undo,
)
from seatrial.capabilities.backup.in_place.trail import observed
from seatrial.capabilities.backup.policy import Snapped, of
from seatrial.capabilities.backup.procedures import MOMENT, backup
from seatrial.capabilities.backup.steady import alone, steady
from seatrial.contract.action import Follow, Request
from seatrial.contract.capability import Context
from seatrial.contract.procedure import NOW, Procedure
from seatrial.contract.scenario import Ability, Injection, Scenario, Watch
from seatrial.system import graph
from seatrial.system.model import System

_PATH = "/trail"
_WITHIN = 300.0
_LOOK = 1.0  # seconds between two looks at all that was written


def stores(context: Context) -> tuple[str, ...]:
    """The stores whose place a copy can take."""
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    return tuple(each for each in found if products.of(context.system, each).takes)


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each of them, in a rehearsal."""
    return tuple(_scenario(context, each) for each in stores(context)) if context.rehearsal else ()


def watch(store: str) -> Watch:
    """What was written, and what of it is there."""
    return Watch(
        name=f"trail of {store}",
        workload=place.named(store),
        port=place.HTTP,
        path=_PATH,
        parse=partial(observed, store),
        every=_LOOK,
    )


def _scenario(context: Context, store: str) -> Scenario:
    system = context.system
    order = partial(
        Request,
        workload=place.named(store),
        port=place.HTTP,
        path=_PATH,
        headers=place.shown(store),
    )
    write = order(method="POST", undo=order(method="DELETE"))
    there, back = _follow(store, replace(system, store)), _follow(store, take_back(system, store))
    # of what is written only a snapshot that is taken since holds any
    snapped = (_snapshot(system, store),) if isinstance(of(system, store), Snapped) else ()
    return Scenario(
        name=scenario_of(store),
        question=f"Can {store} itself be had as it was at a moment, and that be taken back?",
        injections=(Injection(actions=(write, *snapped, there, back)),),
        radius=graph.radius(system, store) | {place.named(store)},
        within=_WITHIN,
        needs=frozenset({Ability.ONE_FILE_SYSTEM}),
        steady=(steady(store), alone(store, tuple(VALUES.values()))),
        fresh=False,
    )


def _snapshot(system: System, store: str) -> Follow:
    """A backup by hand, by its own page, of the rows that are there by then."""
    procedure = backup(system, store)
    return Follow(
        workload=place.named(store),
        page=procedure.name,
        blanks=(),
        declared=tuple(each.argv for each in procedure.steps),
    )


def _follow(store: str, procedure: Procedure) -> Follow:
    """Either one's undo takes back all of both: whoever was killed may have done any part of it."""
    return Follow(
        workload=place.named(store),
        page=procedure.name,
        blanks=((MOMENT.name, NOW), *VALUES.items()),
        declared=tuple(each.argv for each in procedure.steps),
        undo=undo(store),
        nothing=NOTHING,
    )
