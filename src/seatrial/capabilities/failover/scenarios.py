"""A primary dies, is lost, hangs, is cut off; who leads to it, or agrees on it, is gone."""

from collections.abc import Iterator
from functools import partial

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.region import scenarios as region
from seatrial.capabilities.failover.steady import radius, whole
from seatrial.capabilities.failover.users import scenarios as users
from seatrial.contract.action import Action, Crash, CutEdge, Execute, Kill, Pause
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario
from seatrial.engines.patroni import hands

CRASH, LOST, HUNG = "primary-crash", "primary-lost", "primary-hung"
PROXY, CUT, UNDECIDED = "proxy-crash", "primary-cut", "undecided"
STAYS = (PROXY, CUT, UNDECIDED)  # in which the primary remains who it was
_SLACK = 60.0  # seconds beyond what a failover may take: until it is seen, and all is well again
_LEAST = 5.0  # seconds: before, what is seen may be of the time before the fault
_LEASE = 40.0  # twice as long as a primary may go on without the others' word


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Those of each store that fails over, and of each front, in a rehearsal."""
    if not context.rehearsal:
        return ()
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    own = [each for store in found for each in _scenarios(context, store)]
    lost = [each for store in found for each in region.scenarios(context, store)]
    return (*own, *lost, *users.scenarios(context, moved=bool(lost)))


def named(kind: str, store: str) -> str:
    """The scenario of that kind of a store."""
    return f"{kind}-{store}"


def _scenarios(context: Context, store: str) -> Iterator[Scenario]:
    sites = place.sites(context.system, store, context.regions)
    members = sites[0].members
    scenario = partial(_scenario, context, store)
    yield scenario(
        CRASH,
        f"When the primary of {store} crashes, does another take over, and is nothing lost?",
        Execute(workload=members, argv=hands.CRASH, undo=hands.UNCRASH, replica=place.PRIMARY),
    )
    yield scenario(
        LOST,
        f"When the primary of {store} is lost with its machine, does another take over?",
        Kill(workload=members, replica=place.PRIMARY),
    )
    yield scenario(
        HUNG,
        f"When the primary of {store} hangs and comes back, are there ever two?",
        Pause(workload=members, replica=place.PRIMARY),
    )
    yield scenario(
        PROXY,
        f"When what leads to the primary of {store} crashes, is it back in time?",
        Crash(workload=sites[0].front),
    )
    if sites[0].electors != sites[0].witnesses:
        return  # where three regions agree it closes itself then: that is another drill
    lost = sites[0].witnesses[1:]  # all but one: no majority is left
    yield scenario(
        CUT,
        f"When the primary of {store} alone reaches nobody who agrees on it, does it stay?",
        *(
            CutEdge(source=members, target=each, replica=place.PRIMARY)
            for each in sites[0].witnesses
        ),
        least=_LEASE,
    )
    yield scenario(
        UNDECIDED,
        f"When nobody can agree on the primary of {store}, does it stay as it is?",
        *(Kill(workload=each) for each in lost),
        least=_LEASE,
    )


def _scenario(
    context: Context, store: str, kind: str, question: str, *actions: Action, least: float = _LEAST
) -> Scenario:
    within = policy.of(context.system, store).within.seconds
    return Scenario(
        name=named(kind, store),
        question=question,
        injections=(Injection(actions=actions, least=least),),
        radius=radius(context.system, store, context.regions),
        within=least + within + _SLACK,
        settle=10.0,  # who comes back is not to take writes
        steady=whole(context.system, store, context.regions),
    )
