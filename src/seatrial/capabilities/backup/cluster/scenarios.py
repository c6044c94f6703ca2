"""The primary is lost while rows are written, and the store restored to moments around that."""

import json
from functools import partial

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.steady import alone, steady
from seatrial.contract.action import Kill, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.patroni import rest
from seatrial.engines.patroni.config import REST
from seatrial.system import graph
from seatrial.system.held import fails_over, holder

_WITHIN = 360.0  # seconds: a failover, and three restores


def scenario_of(store: str) -> str:
    """The scenario that restores across a failover."""
    return f"restore-across-{store}"


def stores(context: Context) -> tuple[str, ...]:
    """The stores that are backed up here, and fail over."""
    system = context.system
    found = place.stores(system, context.placement.runtime, beside=context.beside)
    return tuple(each for each in found if fails_over(system, each))


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each of them, in a rehearsal."""
    return tuple(_scenario(context, each) for each in stores(context)) if context.rehearsal else ()


def _scenario(context: Context, store: str) -> Scenario:
    members = holder(context.system, store)
    order = partial(
        Request, workload=place.named(store), port=place.HTTP, headers=place.shown(store)
    )
    write = order(method="POST", path="/trail", undo=order(method="DELETE", path="/trail"))
    restore = order(
        method="POST",
        path="/drills",
        body=json.dumps({"of": "failover"}),
        undo=order(method="DELETE", path="/drills"),
    )
    lost = Kill(workload=members, replica=place.writing(context.system, store))
    beside = (place.named(store), place.repository(context.system, store), members)
    return Scenario(
        name=scenario_of(store),
        question=f"When the primary of {store} is lost, can {store} be brought back as it was"
        " before, in between and after?",
        injections=(Injection(actions=(write, restore, lost)),),
        radius=graph.radius(context.system, store).union(beside),
        within=_WITHIN,
        steady=(steady(store), alone(store), _whole(store, members)),
    )


def _whole(store: str, members: str) -> Steady:
    """Somebody can take over, and has each acknowledged write where one waits for it."""
    name = f"who can take over {store}"

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(at=now, source=name, kind="member", subject=each.name, text=each.role)
            for each in rest.members(body)
            if each.well
        )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        if not any(each.text == rest.LEADER for each in seen):
            return "no member is the primary"
        return None if len(seen) > 1 else "no standby follows the primary"

    watch = Watch(name=name, workload=members, port=REST, path=rest.CLUSTER, parse=parse)
    return Steady(name=f"members of {store}", watch=watch, holds=holds)
