"""The home region is lost: the store is moved to the other one, and later back."""

from collections.abc import Iterator
from dataclasses import replace

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.automatic.scenarios import cut, severed
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region.procedures import ENOUGH, back, blanks, lost, move
from seatrial.capabilities.failover.steady import whole
from seatrial.capabilities.failover.users.policy import led_home
from seatrial.contract.action import Action, Follow, Kill
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
    """Those of a store that has a copy elsewhere: moved by its page, or by itself where it is."""
    system, run = context.system, context.regions
    sites = place.sites(system, store, run)
    if len(sites) == 1:
        return ()
    home, other = sites
    again = _homeward(home, back(system, store, sites))
    alone = place.agreed(system, store, run)
    by_page = () if alone else (_follow(home, move(system, store, run)),)

    def away(name: str, question: str, *actions: Action) -> Scenario:
        return Scenario(
            name=name,
            question=question,
            injections=(
                Injection(actions=actions, pause=_COMES_BACK),
                Injection(actions=(again,)),
            ),
            radius=frozenset({EVERYTHING}),
            within=_WITHIN,
            settle=max(_ASKED, led_home(system)),
            steady=whole(system, store, run),
        )

    of_loss = away(
        lost(store),
        f"When {home.region} is lost, does {store} go on in {other.region}, and back?",
        *deaths(context, home.region),
        *by_page,
    )
    if not alone:
        return (of_loss,)
    of_cut = away(
        cut(store),
        f"When {home.region} is cut off and its clients still reach it, are there ever two?",
        *severed(home, other),
    )
    return (of_loss, of_cut)


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
