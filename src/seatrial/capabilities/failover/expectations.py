"""What is expected of a failover, and with which defect each must turn red."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from seatrial.capabilities.failover import cut, judges, place, policy
from seatrial.capabilities.failover.controls import LOOP, setting, two
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region import expectations as region
from seatrial.capabilities.failover.region import judges as far
from seatrial.capabilities.failover.scenarios import (
    CRASH,
    CUT,
    HUNG,
    LOST,
    PROXY,
    STAYS,
    UNDECIDED,
    named,
)
from seatrial.capabilities.failover.sound import sound
from seatrial.capabilities.failover.users import expectations as users
from seatrial.capabilities.failover.watch import watch
from seatrial.contract.action import Execute, Kill
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.engines.patroni import hands, rest

_Settings = Mapping[str, object]


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each scenario of this capability."""
    stores = place.stores(context.system, context.placement.runtime, beside=context.beside)
    names = frozenset(each.name for each in scenarios)
    own = (
        each
        for store in stores
        for kind in (CRASH, LOST, HUNG, *STAYS)
        if named(kind, store) in names
        for each in _of(context, kind, store)
    )
    beyond = (
        each
        for store in stores
        for each in region.expectations(context, store)
        if each.scenario in names
    )
    return (*own, *beyond, *users.expectations(context, names))


def _of(context: Context, kind: str, store: str) -> Iterator[Expectation]:
    found = policy.of(context.system, store)
    scenario, home = named(kind, store), place.sites(context.system, store, context.regions)[0]
    usual = rest.usual(synchronous=found.synchronous)
    resumed = judges.resumed(
        store, found.within.seconds, moves=kind not in STAYS, felt=kind == PROXY
    )
    single, seen = judges.single(store), cut.watches(context.placement, home)
    if kind == CUT:
        resumed, single = (
            cut.felt(store, each, place.names(context.placement, home))
            for each in (resumed, single)
        )
    expectation = partial(
        Expectation,
        scenario=scenario,
        watches=(watch(store), *(seen if kind == CUT else ())),
        engines=place.ENGINES,
        depends=(f"stores.{store}",),
    )
    if kind not in STAYS:
        yield _lost(context, store, expectation)
        yield expectation(**sound(context, store, scenario))
    yield expectation(
        name=f"resumed/{scenario}",
        requirements=("R21.3", "R21.4", "S5", "T6"),
        summary=f"Writes to {store} are acknowledged again within {found.within}",
        judge=resumed,
        ripe=settled(resumed),
        control=_DISTURBED[kind](home, usual),
    )
    yield expectation(
        name=f"single/{scenario}",
        requirements=("R21.3", "T6"),
        summary=f"At no moment two members of {store} take writes",
        judge=single,
        control=two(home.members),
    )


def _lost(context: Context, store: str, expectation: "partial[Expectation]") -> Expectation:
    """What may be lost with a primary: nothing where a standby has each write, else an RPO's."""
    found = policy.of(context.system, store)
    home = place.sites(context.system, store, context.regions)[0]
    scenario, requirements = expectation.keywords["scenario"], ("R21.2", "R21.4", "S5", "T6")
    if found.synchronous:
        kept = judges.kept(store)
        return expectation(
            name=f"kept/{scenario}",
            requirements=requirements,
            summary=f"No write to {store} that was acknowledged is lost",
            judge=kept,
            ripe=settled(kept),
            control=_behind(home, rest.usual(synchronous=True)),
        )
    bounded = far.bounded(store, found.rpo.seconds, place.names(context.placement, home))
    return expectation(
        name=f"bounded/{scenario}",
        requirements=requirements,
        summary=f"What is lost of {store} with its primary was written within {found.rpo}",
        judge=bounded,
        ripe=settled(bounded),
        control=_stalled(home.members, found.rpo.seconds),
    )


def _behind(home: Site, usual: _Settings) -> Control:
    """Acknowledged is what no standby has: the log that is streamed to them stands still."""
    return Control(
        defect="writes are acknowledged without a standby, and the stream to it stalls",
        actions=(
            setting(home, rest.ASYNCHRONOUS, usual),
            _stall(home.members),
        ),
        settle=LOOP,
        ill=frozenset(
            {home.members}
        ),  # who is stopped holds the memory without which none can start
    )


def _stalled(members: str, rpo: float) -> Control:
    return Control(
        defect="for longer than the RPO the stream to the standbys stands still",
        actions=(_stall(members),),
        settle=2 * rpo,
        ill=frozenset({members}),
    )


def _stall(members: str) -> Execute:
    return Execute(workload=members, argv=hands.STALL, undo=hands.GO_ON, replica=place.PRIMARY)


def _unwitnessed(home: Site, _usual: _Settings) -> Control:
    return Control(
        defect="nobody is left who could agree on another primary",
        actions=tuple(Kill(workload=each) for each in home.electors[1:]),
        ill=frozenset({home.front, home.members}),
    )


def _by_hand(home: Site, usual: _Settings) -> Control:
    return Control(
        defect="failover is left to people",
        actions=(setting(home, rest.BY_HAND, usual),),
        settle=LOOP,
        ill=frozenset({home.front, home.members}),
    )


def _away(home: Site, _usual: _Settings) -> Control:
    return Control(
        defect="what leads to the primary is not started again",
        actions=(Kill(workload=home.front),),
        late=True,  # one that is down cannot crash
    )


def _cautious(home: Site, usual: _Settings) -> Control:
    return Control(
        defect="a primary gives up as soon as nobody confirms it",
        actions=(setting(home, rest.NOT_FAILSAFE, usual),),
        settle=LOOP,
    )


# What keeps writes away in each scenario.
_DISTURBED: Mapping[str, Callable[[Site, _Settings], Control]] = {
    CRASH: _by_hand,
    LOST: _unwitnessed,
    HUNG: _by_hand,
    PROXY: _away,
    UNDECIDED: _cautious,
    CUT: _cautious,
}
