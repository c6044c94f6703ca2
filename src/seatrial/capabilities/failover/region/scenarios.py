"""The home region is lost: the store is moved to the other one, and later back."""

from collections.abc import Iterator
from dataclasses import replace

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region.procedures import ENOUGH, back, blanks, lost, move
from seatrial.capabilities.failover.steady import whole
from seatrial.capabilities.failover.users.policy import led_home
from seatrial.contract.action import Follow, Kill
from seatrial.contract.capability import Context
from seatrial.contract.procedure import Procedure
from seatrial.contract.scenario import EVERYTHING, Injection, Scenario
from seatrial.engines.patroni.config import LOOP, TTL
from seatrial.system import regions
from seatrial.system.regions import called

# Seconds in which whoever comes back would have become the primary again: its lease may last, and
# it is started, and looks.
_COMES_BACK = TTL + LOOP + 10.0
_WITHIN = 300.0
_ASKED = 10.0  # seconds in which the store is asked for its invariants once it is home again


def scenarios(context: Context, store: str) -> tuple[Scenario, ...]:
    """One for each store that has a copy elsewhere."""
    sites = place.sites(context.system, store, context.regions)
    if len(sites) == 1:
        return ()
    home, other = sites
    there, again = move(context.system, store, sites), back(context.system, store, sites)
    return (
        Scenario(
            name=lost(store),
            question=f"When {home.region} is lost, does {store} go on in {other.region}, and back?",
            injections=(
                Injection(
                    actions=(*deaths(context, home.region), _follow(home, there)), pause=_COMES_BACK
                ),
                Injection(actions=(_homeward(home, again),)),
            ),
            radius=frozenset({EVERYTHING}),
            within=_WITHIN,
            settle=max(_ASKED, led_home(context.system)),
            steady=whole(context.system, store, context.regions),
        ),
    )


def deaths(context: Context, region: str) -> Iterator[Kill]:
    """The services of a region and all of its stores, with their members; not what watches."""
    system, first = context.system, context.regions[0]
    for name, service in system.services.items():
        own = regions.of(service, context.regions)
        if region in own:
            yield Kill(workload=called(name, region, own[0]))
    found = place.stores(system, context.placement.runtime, beside=context.beside)
    for name in system.stores:
        if name in found:
            yield from (
                Kill(workload=each)
                for site in place.sites(context.system, name, context.regions)
                if site.region == region
                for each in site.workloads
            )
        elif region == first and context.placement.has(name):
            yield Kill(workload=name)


def _homeward(home: Site, procedure: Procedure) -> Follow:
    """Whoever is broken off on the way is led home, also where both take writes by then."""
    order = next(each.argv for each in procedure.steps if "--yes" in each.argv)
    order = (*order, "--accept-loss", ENOUGH)
    return replace(
        _follow(home, procedure), undo=(order,), nothing=(f"is in {home.region} already",)
    )


def _follow(home: Site, procedure: Procedure) -> Follow:
    return Follow(
        workload=home.members,
        page=procedure.name,
        blanks=blanks(procedure),
        declared=tuple(each.argv for each in procedure.steps),
    )
