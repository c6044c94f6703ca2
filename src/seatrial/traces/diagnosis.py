"""Who makes a journey slow, or fail: its traces of now beside those of when it was well.

The costs on a critical path add up to the run, so that the differences of their means add up to the
difference of the runs: each work has a share of the slowness, and the shares add up to one. Nobody
is named where the runs are not slower than chance allows, where no work has the greater part of it,
where all others are slower in much the same measure, or where other traces of the same kind (a
bootstrap) would have named another.

Pure; chance is an argument.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from seatrial.traces.evidence import failing_more, slower
from seatrial.traces.profile import Profile, Work
from seatrial.traces.replicas import FEW, Slow, alone

ENOUGH = 10  # traces on either side
MAJOR = 0.5  # share of the slowness, or of the failures, that makes somebody the culprit
SURE = 0.9  # share of the resamplings that name the same
RESAMPLED = 100
ALIKE = 0.4  # of the slowest operation over an edge: others that are slower by so much are, too
APART = 2.0  # a culprit is slower by so many times what all others are
NEARLY = 0.75  # share of a replica's slowness that makes one work of it all that is slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """Who it is: a service, an operation of it, an edge to whom it asks, one replica of it.

    `operation` is empty where all of them over the edge, or of the service, are slow alike. `share`
    of the slowness or the failures and `confidence` are 0 to 1.
    """

    service: str
    operation: str = ""
    peer: str = ""
    replica: str = ""
    queued: bool = False
    share: float
    confidence: float

    def __str__(self) -> str:
        """In words."""
        asked = f" {'in' if self.queued else 'asking'} {self.peer}" if self.peer else ""
        what = f" {self.operation}" if self.operation else ""
        alone = f", replica {self.replica}" if self.replica else ""
        return f"{'the queue of ' if self.queued else ''}{self.service}{what}{asked}{alone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The culprit, or nobody; with the reason."""

    culprit: Culprit | None
    reason: str


# service, operation, peer, queued, replica; "" for any operation, and for all replicas alike
_Group = tuple[str, str, str, bool, str]


def slow(baseline: Sequence[Profile], now: Sequence[Profile], chance: Random) -> Diagnosis:
    """Who makes the runs of now slower."""
    if min(len(baseline), len(now)) < ENOUGH:
        return _nobody(f"fewer than {ENOUGH} traces on one side")
    verdict = slower([each.total for each in baseline], [each.total for each in now])
    if not verdict.holds:
        return _nobody(verdict.reason)
    named = _slowest(baseline, now)
    if named is None:
        return _nobody("no work has the greater part of the slowness to itself")
    first, share = named
    group, sure = _sure(first, _again(baseline, now, chance, _slowest))
    if sure < SURE:
        return _nobody(_unsure(sure, first))
    culprit = Culprit(
        service=group[0],
        operation=group[1],
        peer=group[2],
        queued=group[3],
        replica=group[4],
        share=share,
        confidence=sure,
    )
    return Diagnosis(culprit=culprit, reason=f"{culprit}: {share:.0%} of it; {verdict.reason}")


def failing(baseline: Sequence[Profile], now: Sequence[Profile], chance: Random) -> Diagnosis:
    """Where the failures of now begin."""
    if min(len(baseline), len(now)) < ENOUGH:
        return _nobody(f"fewer than {ENOUGH} traces on one side")
    named = _failing(baseline, now)
    if named is None:
        return _nobody("nothing fails more often than chance allows")
    first, share = named
    found = _again(baseline, now, chance, lambda *sides: _failing(*sides, tested=False))
    group, sure = _sure(first, found)
    if sure < SURE:
        return _nobody(_unsure(sure, first))
    culprit = Culprit(
        service=group[0], operation=group[1], peer=group[2], share=share, confidence=sure
    )
    return Diagnosis(culprit=culprit, reason=f"{share:.0%} of the failures begin at {culprit}")


def _nobody(reason: str) -> Diagnosis:
    return Diagnosis(culprit=None, reason=reason)


def _unsure(sure: float, group: _Group) -> str:
    first = " ".join(each for each in (*group[:3], group[4]) if each)
    return f"other traces would name another than {first} in {1 - sure:.0%} of all cases"


def _again(
    baseline: Sequence[Profile],
    now: Sequence[Profile],
    chance: Random,
    name: Callable[[Sequence[Profile], Sequence[Profile]], tuple[_Group, float] | None],
) -> list[_Group | None]:
    """Whom resampled traces name."""
    found = (
        name(chance.choices(baseline, k=len(baseline)), chance.choices(now, k=len(now)))
        for _ in range(RESAMPLED)
    )
    return [None if each is None else each[0] for each in found]


def _sure(group: _Group, again: Sequence[_Group | None]) -> tuple[_Group, float]:
    """The narrowest that they agree upon, and the share of them that does.

    An operation of which they are not sure may lie on an edge, or at a replica, of which they are.
    """
    exact = sum(each == group for each in again) / len(again)
    if exact >= SURE:
        return group, exact
    wide = _widened(group)
    same = sum(each is not None and _widened(each) == wide for each in again) / len(again)
    return (wide, same) if same >= SURE else (group, exact)


def _widened(group: _Group) -> _Group:
    service, _, peer, queued, replica = group
    return (service, "", "", False, replica) if replica else (service, "", peer, queued, "")


def _slowest(baseline: Sequence[Profile], now: Sequence[Profile]) -> tuple[_Group, float] | None:
    """The work with the greater part of the slowness, as widely as it is slow alike.

    Where one replica of several has the greater part, it is named before what it does.
    """
    whole = fmean(each.total for each in now) - fmean(each.total for each in baseline)
    if whole <= 0:
        return None
    one = alone(baseline, now)
    if one is not None and one.whole / whole >= MAJOR:
        return _of_replica(one), min(1.0, one.whole / whole)
    excess = _excess(baseline, now)
    around: dict[_Group, float] = {}
    for work, more in excess.items():
        group = _around(work)
        around[group] = around.get(group, 0.0) + more
    group = max(around, key=lambda each: (around[each], each))
    if around[group] / whole < MAJOR or _all_alike(baseline, now, group):
        return None
    below = {work: more for work, more in excess.items() if _around(work) == group}
    worst = max(below, key=lambda each: (below[each], each))
    if below[worst] / whole >= MAJOR and not _alike(baseline, now, below, worst):
        return _narrow(worst), min(1.0, below[worst] / whole)
    return group, min(1.0, around[group] / whole)


def _of_replica(one: Slow) -> _Group:
    """The replica, with the work or the edge that is nearly all that is slow of it."""
    service, name = one.replica
    own: dict[_Group, float] = {}
    for work, more in one.excess.items():
        for group in (_narrow(work), _around(work)) if work.service == service else ():
            own[group] = own.get(group, 0.0) + more
    ranked = sorted(own, key=lambda each: (bool(each[1]), own[each], each), reverse=True)
    for each in ranked:  # operations first, then what is around them
        if own[each] >= NEARLY * one.whole:
            return (*each[:4], name)
    return service, "", "", False, name


def _narrow(work: Work) -> _Group:
    return work.service, work.operation, work.peer, work.queued, ""


def _around(work: Work) -> _Group:
    """The edge over which it asks, else the service whose work it is."""
    return work.service, "", work.peer, work.queued, ""


def _all_alike(baseline: Sequence[Profile], now: Sequence[Profile], group: _Group) -> bool:
    """Whether the rest is slower in much the same measure: then the machine is, or all of it.

    What costs most of a run has most of the slowness then, and is nobody's fault.
    """
    (was, well), (is_now, others) = (
        _parts([each for one in side for each in one.costs.items()], group)
        for side in (baseline, now)
    )
    return is_now * well < APART * others * was


def _parts(costs: Iterable[tuple[Work, int]], group: _Group) -> tuple[int, int]:
    """What is of the group, and what is not."""
    own = rest = 0
    for work, cost in costs:
        if _around(work) == group:
            own += cost
        else:
            rest += cost
    return own, rest


def _excess(baseline: Sequence[Profile], now: Sequence[Profile]) -> Mapping[Work, float]:
    """Microseconds a run that each work costs more than before."""
    every = {work for each in (*baseline, *now) for work in each.costs}
    return {
        work: fmean(each.costs.get(work, 0) for each in now)
        - fmean(each.costs.get(work, 0) for each in baseline)
        for work in every
    }


def _alike(
    baseline: Sequence[Profile],
    now: Sequence[Profile],
    below: Iterable[Work],
    worst: Work,
) -> bool:
    """Whether another operation is slower by as much, call for call: then it is not its fault."""
    most = _each(now, worst) - _each(baseline, worst)
    others = [
        each
        for each in below
        if each != worst and min(_calls(baseline, each), _calls(now, each)) >= FEW
    ]
    return any(_each(now, one) - _each(baseline, one) >= ALIKE * most for one in others)


def _calls(profiles: Sequence[Profile], work: Work) -> int:
    return sum(each.calls.get(work, 0) for each in profiles)


def _each(profiles: Sequence[Profile], work: Work) -> float:
    """Microseconds that it costs each time."""
    cost = sum(each.costs.get(work, 0) for each in profiles)
    return cost / max(1, _calls(profiles, work))


def _failing(
    baseline: Sequence[Profile], now: Sequence[Profile], *, tested: bool = True
) -> tuple[_Group, float] | None:
    """Where most of the new failures begin: an operation, or an edge over which several fail."""
    broken = [each for each in now if each.origins]
    if not broken:
        return None
    before, after = _origins(baseline), _origins(now)
    around: dict[_Group, int] = {}
    for each in now:
        for group in {_around(work) for work in each.origins}:
            around[group] = around.get(group, 0) + 1
    usual: dict[_Group, int] = {}
    for each in baseline:
        for group in {_around(work) for work in each.origins}:
            usual[group] = usual.get(group, 0) + 1
    group = max(
        around,
        key=lambda each: (around[each] / len(now) - usual.get(each, 0) / len(baseline), each),
    )
    count, was = around[group], usual.get(group, 0)
    if tested and not failing_more(was, len(baseline), count, len(now)):
        return None
    if count / len(broken) < MAJOR:
        return None
    within = {work: n for work, n in after.items() if _around(work) == group}
    worst = max(within, key=lambda each: (within[each] - before.get(each, 0), each))
    if len(within) == 1 or within[worst] >= 0.9 * count:
        return _narrow(worst), count / len(broken)
    return group, count / len(broken)


def _origins(profiles: Sequence[Profile]) -> dict[Work, int]:
    found: dict[Work, int] = {}
    for each in profiles:
        for work in each.origins:
            found[work] = found.get(work, 0) + 1
    return found
