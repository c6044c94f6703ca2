"""What is expected of a store that is moved and comes back, and with which defect it is red."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from seatrial.capabilities.failover import judges as within_region
from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.automatic import expectations as automatic
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region import judges
from seatrial.capabilities.failover.region.procedures import back, lost, move
from seatrial.capabilities.failover.sound import sound
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import AlterFile, CutEdge, Kill, Misprint
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, settled
from seatrial.engines.patroni import config, fence


def expectations(context: Context, store: str) -> Iterator[Expectation]:
    """Those of a store that has a copy elsewhere, and is moved there by people or by itself."""
    sites = place.sites(context.system, store, context.regions)
    if len(sites) == 1:
        return
    page = back(context.system, store, sites).name
    alone = place.agreed(context.system, store, context.regions)
    yield from (automatic.expectations if alone else _by_page)(context, store)
    returned = _returned(context, store, page)
    if alone:  # nobody types anything in between, for which the fault would have to last
        returned = replace(returned, ripe=automatic.moved_away(context, store), at_end=True)
    yield returned


def _by_page(context: Context, store: str) -> Iterator[Expectation]:
    """Those of the loss of the home region, while the page is followed."""
    system, sites = context.system, place.sites(context.system, store, context.regions)
    found = policy.of(system, store)
    home, other = sites
    there = place.names(context.placement, other)
    expectation = partial(
        Expectation,
        scenario=lost(store),
        watches=(watch(store),),
        engines=place.ENGINES,
        depends=(f"stores.{store}", "regions"),
    )
    page = move(system, store, context.regions).name
    moved = judges.moved(store, found.rto.seconds, there, page)
    yield expectation(
        name=f"moved/{lost(store)}",
        requirements=("R21.1", "R21.3", "R21.4", "S5", "T3", "T6"),
        summary=f"{home.region} is lost, and writes to {store} go on in {other.region}",
        judge=moved,
        ripe=settled(moved),
        control=_unwitnessed(other),
    )
    bounded = judges.bounded(store, found.rpo.seconds, there)
    yield expectation(
        name=f"bounded/{lost(store)}",
        requirements=("R21.2", "R21.4", "S5", "T6"),
        summary=f"What is lost with {home.region} was written within {found.rpo}",
        judge=bounded,
        ripe=settled(bounded),
        control=_cut(home, other, found.rpo.seconds),
    )
    yield expectation(**sound(context, store, lost(store)))
    yield expectation(
        name=f"single/{lost(store)}",
        requirements=("R21.3", "T6"),
        summary=f"{home.region} comes back and takes no write of {store} while {other.region} does",
        judge=within_region.single(store, there),
        control=_open(home),
    )


def _returned(context: Context, store: str, page: str) -> Expectation:
    home, other = place.sites(context.system, store, context.regions)
    return Expectation(
        name=f"returned/{lost(store)}",
        scenario=lost(store),
        requirements=("R21.3", "R21.4", "T3", "T6"),
        summary=f"{store} returns to {home.region} by the page",
        watches=(watch(store),),
        judge=judges.returned(store, place.names(context.placement, home), page),
        control=_wrong_way(home, other, page),
        engines=place.ENGINES,
        depends=(f"stores.{store}", "regions"),
    )


def _unwitnessed(other: Site) -> Control:
    return Control(
        defect=f"nobody in {other.region} could agree on a primary",
        actions=tuple(Kill(workload=each) for each in other.witnesses[1:]),
        ill=frozenset({other.front, other.members}),
    )


def _cut(home: Site, other: Site, rpo: float) -> Control:
    return Control(
        defect=f"for longer than the RPO nothing of {home.region} has reached {other.region}",
        actions=(CutEdge(source=other.members, target=home.front),),
        settle=2 * rpo,
        ill=frozenset({other.members}),
    )


def _open(home: Site) -> Control:
    """The script alone is replaced: Patroni runs it as it is, each time."""
    return Control(
        defect=f"who comes back in {home.region} asks nobody before it is the primary again",
        actions=(AlterFile(workload=home.members, path=config.FENCE, text=fence.OPEN),),
    )


def _wrong_way(home: Site, other: Site, page: str) -> Control:
    return Control(
        defect=f"the page that leads back to {home.region} leads to {other.region}",
        actions=(
            Misprint(
                workload=home.members,
                page=page,
                old=f"--to {home.region}",
                new=f"--to {other.region}",
            ),
        ),
    )
