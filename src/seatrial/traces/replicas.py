"""The one replica of a service that is slow while the others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seatrial.traces.profile import Profile, Replica, Work

TIMES = 3.0  # a replica that is slower by so many times is alone in it
FEW = 5  # calls of which nothing is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """A replica, and by how many microseconds a run it makes each work longer."""

    replica: Replica
    excess: Mapping[Work, float]

    @property
    def whole(self) -> float:
        """Microseconds a run, of all its works."""
        return sum(self.excess.values())


def alone(baseline: Sequence[Profile], now: Sequence[Profile]) -> Slow | None:
    """The replica that is slower, call for call, while every other of its service is not.

    What a call of each work usually takes is told by all replicas of before. Nobody where a service
    has one replica, or where two are slow.
    """
    usual = _usual(baseline)
    excess: dict[Replica, dict[Work, float]] = {}
    calls: dict[Replica, int] = {}
    for one in now:
        for (work, replica), (cost, count) in one.shares.items():
            more = (cost - count * usual.get((work, replica[0]), 0.0)) / len(now)
            own = excess.setdefault(replica, {})
            own[work] = own.get(work, 0.0) + more
            calls[replica] = calls.get(replica, 0) + count
    found = [
        Slow(replica=each, excess=excess[each])
        for each, others in _services(calls).items()
        if _stands_out(each, others, excess, calls)
    ]
    return max(found, key=lambda each: (each.whole, each.replica), default=None)


def _usual(baseline: Sequence[Profile]) -> Mapping[tuple[Work, str], float]:
    """Microseconds that one call of a work takes at a service, whichever replica it is."""
    costs: dict[tuple[Work, str], int] = {}
    calls: dict[tuple[Work, str], int] = {}
    for one in baseline:
        for (work, (service, _)), (cost, count) in one.shares.items():
            key = work, service
            costs[key] = costs.get(key, 0) + cost
            calls[key] = calls.get(key, 0) + count
    return {key: cost / calls[key] for key, cost in costs.items()}


def _services(calls: Mapping[Replica, int]) -> Mapping[Replica, tuple[Replica, ...]]:
    """Each replica with the others of its service; those of few calls say nothing."""
    there = [each for each, count in calls.items() if count >= FEW]
    return {
        each: tuple(one for one in there if one[0] == each[0] and one != each) for each in there
    }


def _stands_out(
    one: Replica,
    others: tuple[Replica, ...],
    excess: Mapping[Replica, Mapping[Work, float]],
    calls: Mapping[Replica, int],
) -> bool:
    def more(each: Replica) -> float:
        return sum(excess[each].values()) / calls[each]

    return bool(others) and more(one) >= TIMES * max(*(more(each) for each in others), 1.0)
