"""A table is dropped under load, and the store restored to the moment before, once it is found."""

import json
from functools import partial

from seatrial.capabilities.backup import place, products
from seatrial.capabilities.backup.steady import steady
from seatrial.contract.action import Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario
from seatrial.system.held import holder

_WITHIN = 240.0


def scenario_of(store: str) -> str:
    """The scenario in which a table of it is dropped."""
    return f"deletion-{store}"


def stores(context: Context) -> tuple[str, ...]:
    """The stores whose log tells what took rows away."""
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    return tuple(each for each in found if products.of(context.system, each).searched)


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each of them, in a rehearsal."""
    return tuple(_scenario(context, each) for each in stores(context)) if context.rehearsal else ()


def _scenario(context: Context, store: str) -> Scenario:
    order = partial(
        Request, workload=place.named(store), port=place.HTTP, headers=place.shown(store)
    )
    write = order(method="POST", path="/trail", undo=order(method="DELETE", path="/trail"))
    drop = order(
        method="POST",
        path="/drills",
        body=json.dumps({"of": "deletion"}),
        undo=order(method="DELETE", path="/drills"),
    )
    system = context.system
    beside = (place.named(store), place.repository(system, store), holder(system, store))
    return Scenario(
        name=scenario_of(store),
        question=f"When somebody drops a table of {store} under load, is the moment found, and"
        " all that was there before brought back?",
        injections=(Injection(actions=(write, drop)),),
        radius=frozenset({store, *beside}),
        within=_WITHIN,
        steady=(steady(store),),
        fresh=False,
    )
