"""What is expected of a store that is moved by itself, and with which defect it is red."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from seatrial.capabilities.failover import judges as within_region
from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.automatic.render import PLAN, plan
from seatrial.capabilities.failover.automatic.scenarios import bound, cut
from seatrial.capabilities.failover.controls import LOOP, setting, two
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region import judges
from seatrial.capabilities.failover.region.procedures import lost
from seatrial.capabilities.failover.sound import sound
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import AlterFile, CutEdge, Execute, Kill
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, settled
from seatrial.contract.timeline import Timeline
from seatrial.engines.patroni import config, hands


def expectations(context: Context, store: str) -> Iterator[Expectation]:
    """Those of the loss of home and of its being cut off; that it returns is another's."""
    system, sites = context.system, place.sites(context.system, store, context.regions)
    home, other = sites
    there = place.names(context.placement, other)
    moved = judges.moved_alone(store, bound(system, store), there)
    away = moved_away(context, store)
    yield _expectation(store)(
        name=f"moved/{lost(store)}",
        scenario=lost(store),
        requirements=("R21.1", "R21.3", "R21.4", "S5", "T6"),
        summary=f"{home.region} is lost, nobody types anything, and writes to {store} go on in"
        f" {other.region}",
        judge=moved,
        ripe=settled(moved),
        control=_unwitnessed(store, sites),
    )
    rpo = policy.of(system, store).rpo.seconds
    for scenario, most, losing, doubling in (
        (
            lost(store),
            rpo,
            _heedless(context, store, sites, rpo),
            two(other.members, at=other.region),
        ),
        # what was acknowledged until it closed, which is before its lease ends
        (cut(store), float(config.TTL), _late(home), _open(home, other)),
    ):
        bounded = judges.bounded(store, most, there)
        yield _expectation(store)(
            name=f"bounded/{scenario}",
            scenario=scenario,
            requirements=("R21.2", "R21.4", "S5", "T6"),
            summary=f"What is lost when {store} is moved by itself was written within {most:.0f}s",
            judge=bounded,
            ripe=settled(bounded),
            control=losing,
        )
        yield _expectation(store)(scenario=scenario, **sound(context, store, scenario))
        yield _expectation(store)(
            name=f"single/{scenario}",
            scenario=scenario,
            requirements=("R21.3", "T6"),
            summary=f"{home.region} has stopped taking writes of {store} before {other.region}"
            " begins, and takes none when it is back",
            judge=within_region.single(store, there),
            ripe=away,
            at_end=True,
            control=doubling,
        )


def moved_away(context: Context, store: str) -> Callable[[Timeline], bool]:
    """Whether somebody in the other region takes writes: until then home stays lost."""
    other = place.sites(context.system, store, context.regions)[-1]
    return settled(judges.moved_alone(store, math.inf, place.names(context.placement, other)))


def _expectation(store: str) -> "partial[Expectation]":
    return partial(
        Expectation,
        watches=(watch(store),),
        engines=place.ENGINES,
        depends=(f"stores.{store}", "regions"),
    )


def _unwitnessed(store: str, sites: tuple[Site, ...]) -> Control:
    """Of the two regions that are left one is no majority."""
    _, other = sites
    return Control(
        defect="the witness is dead",
        actions=(Kill(workload=other.electors[-1]),),
        ill=frozenset({place.mover(store), other.front, other.members}),
    )


def _heedless(context: Context, store: str, sites: tuple[Site, ...], rpo: float) -> Control:
    """Told to heed it, the mover would move nothing: nothing would be lost, and nothing taken."""
    home, other = sites
    return Control(
        defect="the mover asks not how far the copy is behind, and for twice the RPO nothing of"
        f" {home.region} has reached {other.region}",
        actions=(
            AlterFile(
                workload=place.mover(store),
                path=PLAN,
                text=plan(context, store, sites, bounded=False),
            ),
            CutEdge(source=other.members, target=home.front),
        ),
        settle=2 * rpo,
        ill=frozenset({other.members}),
    )


def _late(home: Site) -> Control:
    """A lease that lasts as long keeps the other one away until then."""
    slow, usual = (
        {"ttl": ttl, "retry_timeout": retry}
        for ttl, retry in ((5 * config.TTL, 2 * config.TTL), (config.TTL, config.RETRY))
    )
    return Control(
        defect=f"{home.region} tries for {2 * config.TTL} s to renew its lease before it closes"
        " itself",
        actions=(setting(home, slow, usual),),
        settle=LOOP,
    )


def _open(home: Site, other: Site) -> Control:
    """Nobody else could close it: what would do so hangs, and the ways to it are cut."""
    return Control(
        defect=f"what closes {home.region} when it is cut off hangs, its server does not, while"
        f" {other.region} begins",
        actions=(
            Execute(
                workload=home.members, argv=hands.HANG, undo=hands.GO_ON, replica=place.PRIMARY
            ),
        ),
        ill=frozenset({home.members, home.front}),
    )
