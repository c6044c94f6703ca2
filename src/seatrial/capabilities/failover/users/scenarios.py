"""A region is lost in which users are, and users are led away from one by plan."""

import json
from collections.abc import Iterator
from functools import partial

from seatrial.capabilities.failover.region.scenarios import deaths
from seatrial.capabilities.failover.users import place
from seatrial.capabilities.failover.users.place import Front
from seatrial.capabilities.failover.users.policy import led_home
from seatrial.capabilities.failover.users.procedures import automatic, drill, lead
from seatrial.capabilities.failover.users.watch import whole
from seatrial.contract.action import Action, Follow, Kill, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import EVERYTHING, Injection, Scenario

LOST = "region-lost-"
_LOAD = 6.0  # times the usual rate, so that something is always under way
_WITHIN = 240.0


def scenarios(context: Context, *, moved: bool) -> Iterator[Scenario]:
    """Those of each front of which it can be seen what users get, in a rehearsal.

    `moved`: a store is moved in a drill of the region's loss already, and users are seen in that.
    """
    for front in place.fronts(context.system, context.regions):
        if place.journeys(context.system, front.service):
            yield _drained(context, front)
            if not moved:
                yield _lost(context, front)


def _drained(context: Context, front: Front) -> Scenario:
    """Led away, stopped, started again and led back: what draining is for."""
    page = lead(context.system, front)
    follow = Follow(
        workload=front.name,
        page=page.name,
        blanks=(),
        declared=tuple(each.argv for each in page.steps),
        undo=(automatic(front),),
    )
    actions: tuple[Action, ...] = (
        *_load(context, front),
        follow,
        Kill(workload=front.workloads[front.home]),
    )
    stable = led_home(context.system)
    return Scenario(
        name=drill(front.service),
        question=f"When users of {front.service} are led away from {front.home} by plan and it is"
        " stopped, does any request fail?",
        injections=(Injection(actions=actions),),
        radius=frozenset({EVERYTHING}),
        within=_WITHIN + stable,
        settle=stable,
        steady=(whole(front),),
    )


def _load(context: Context, front: Front) -> Iterator[Request]:
    for name in place.journeys(context.system, front.service):
        rate = partial(_rate, place.watcher(context.system, context.regions), name)
        yield rate(_LOAD, undo=rate(1.0, undo=None))


def _rate(prober: str, journey: str, factor: float, *, undo: Request | None) -> Request:
    body = json.dumps({"journey": journey, "factor": factor})
    return Request(workload=prober, port="http", method="POST", path="/rate", body=body, undo=undo)


def _lost(context: Context, front: Front) -> Scenario:
    """With every store of the home region: none of them has a copy elsewhere."""
    return Scenario(
        name=f"{LOST}{front.service}",
        question=f"When {front.home} is lost, are users of {front.service} served elsewhere?",
        injections=(Injection(actions=tuple(deaths(context, front.home))),),
        radius=frozenset({EVERYTHING}),
        within=_WITHIN,
        settle=led_home(context.system),
        steady=(whole(front),),
    )
