"""What users are to get when a region is lost or left by plan, and the defects that turn it red."""

from collections.abc import Iterator, Mapping

from seatrial.capabilities.failover import place as stores
from seatrial.capabilities.failover import policy as failover
from seatrial.capabilities.failover.region.procedures import lost
from seatrial.capabilities.failover.users import judges, place
from seatrial.capabilities.failover.users.place import Front
from seatrial.capabilities.failover.users.policy import of
from seatrial.capabilities.failover.users.procedures import drill, lead
from seatrial.capabilities.failover.users.render import config
from seatrial.capabilities.failover.users.scenarios import LOST
from seatrial.capabilities.failover.users.watch import watch
from seatrial.contract.action import AlterFile, Misprint
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, settled
from seatrial.engines.haproxy.workload import FILE

_FIRST_LOOK = 8.0  # seconds in which a front that was started anew leads again


def expectations(context: Context, names: frozenset[str]) -> Iterator[Expectation]:
    """Those of the scenarios of these names."""
    seen = [
        each
        for each in place.fronts(context.system, context.regions)
        if place.journeys(context.system, each.service)
    ]
    for store in stores.stores(context.system, context.placement.runtime, beside=context.beside):
        if seen and lost(store) in names:
            yield _served(context, lost(store), tuple(seen), store)
    for front in seen:
        own = f"{LOST}{front.service}"
        if own in names:
            yield _served(context, own, (front,))
        if drill(front.service) in names:
            yield _drained(context, front)


def _bounds(context: Context, fronts: tuple[Front, ...], store: str) -> Mapping[str, float]:
    """What only reads is bounded by its front; what writes, by how long its store is moved, too."""
    return {
        name: max(
            of(context.system, front.service).within.seconds,
            failover.of(context.system, store).rto.seconds
            if store and any(step.changes for step in each.steps)
            else 0.0,
        )
        for front in fronts
        for name, each in place.journeys(context.system, front.service).items()
    }


def _served(
    context: Context, scenario: str, fronts: tuple[Front, ...], store: str = ""
) -> Expectation:
    bounds = _bounds(context, fronts, store)
    judge = judges.served(bounds)
    return Expectation(
        name=f"served/{scenario}",
        scenario=scenario,
        requirements=("R21.3", "R21.4", "S5", "T6"),
        summary=f"{fronts[0].home} is lost, and users are served elsewhere in time",
        watches=(watch(context),),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect="the front asks nobody, and takes each region for ready",
            actions=tuple(
                AlterFile(workload=each.name, path=FILE, text=config(context, each, asks=False))
                for each in fronts
            ),
            settle=_FIRST_LOOK,
        ),
        engines=("haproxy",),
        depends=(
            *(f"services.{each.service}" for each in fronts),
            *(f"journeys.{each}" for each in bounds),
            *((f"stores.{store}",) if store else ()),
            "regions",
        ),
    )


def _drained(context: Context, front: Front) -> Expectation:
    scenario, journeys = drill(front.service), tuple(place.journeys(context.system, front.service))
    page, other = lead(context.system, front), list(front.workloads)[1]
    return Expectation(
        name=f"drained/{scenario}",
        scenario=scenario,
        requirements=("R21.3", "T6"),
        summary=f"Users of {front.service} are led away from {front.home}, and no request fails",
        watches=(watch(context),),
        judge=judges.drained(journeys, page.name),
        ripe=judges.stopped(page.name),
        control=Control(
            defect=f"the page that leads away from {front.home} leads away from {other}",
            actions=(
                Misprint(
                    workload=front.name,
                    page=page.name,
                    old=f"--drain {front.home}",
                    new=f"--drain {other}",
                ),
            ),
        ),
        engines=("haproxy",),
        depends=(
            f"services.{front.service}",
            *(f"journeys.{each}" for each in journeys),
            "regions",
        ),
    )
