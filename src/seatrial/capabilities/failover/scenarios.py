"""A primary dies, is lost with its machine, hangs; who agrees on the primary is gone."""

from collections.abc import Iterator
from functools import partial

from seatrial.capabilities.failover import place, policy
from seatrial.contract.action import Action, Execute, Kill, Pause
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.patroni import hands, rest
from seatrial.system import graph
from seatrial.system.held import holder
from seatrial.system.model import System

CRASH, LOST, HUNG, UNDECIDED = "primary-crash", "primary-lost", "primary-hung", "undecided"
_SLACK = 60.0  # seconds beyond what a failover may take: until it is seen, and all is well again
_LEAST = 5.0  # seconds: before, what is seen may be of the time before the fault
_LEASE = 40.0  # twice as long as a primary may go on without the others' word
_CLUSTER = "members of the cluster"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Those of each store that fails over, in a rehearsal."""
    if not context.rehearsal:
        return ()
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    return tuple(each for store in found for each in _scenarios(context, store))


def named(kind: str, store: str) -> str:
    """The scenario of that kind of a store."""
    return f"{kind}-{store}"


def _scenarios(context: Context, store: str) -> Iterator[Scenario]:
    members = holder(context.system, store)
    scenario = partial(_scenario, context, store)
    yield scenario(
        CRASH,
        f"When the primary of {store} crashes, does another take over, and is nothing lost?",
        Execute(workload=members, argv=hands.CRASH, replica=place.PRIMARY),
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
    lost = place.witnesses(store)[1:]  # all but one: no majority is left
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
        radius=radius(context.system, store),
        within=least + within + _SLACK,
        settle=10.0,  # who comes back is not to take writes
        steady=(whole(context.system, store),),
    )


def radius(system: System, store: str) -> frozenset[str]:
    """All that a failover disturbs: whoever needs the store, too."""
    own = (store, holder(system, store), *place.witnesses(store), place.writers(store))
    return graph.radius(system, store).union(own)


def whole(system: System, store: str) -> Steady:
    """One primary, and everybody else follows it."""
    found, members = policy.of(system, store), holder(system, store)
    watch = Watch(
        name=_CLUSTER, workload=members, port=place.REST, path=rest.CLUSTER, parse=_members
    )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        leading = [each for each in seen if each.text == rest.LEADER]
        if len(leading) != 1:
            return f"{len(leading)} members are the primary"
        if len(seen) - 1 < found.standbys:
            return f"{len(seen) - 1} of {found.standbys} standbys follow it"
        if found.synchronous and not any(each.text in rest.SYNCHRONOUS for each in seen):
            return "no standby has each acknowledged write yet"
        return None

    return Steady(name=f"the cluster of {store}", watch=watch, holds=holds)


def _members(now: float, body: bytes) -> tuple[Observation, ...]:
    return tuple(
        Observation(at=now, source=_CLUSTER, kind="member", subject=each.name, text=each.role)
        for each in rest.members(body)
        if each.well
    )
