"""Who makes a journey slow, or fail: its traces of now beside those of when it was well.

The costs on a critical path add up to the run, so that the differences of their means add up to the
difference of the runs: each work has a share of the slowness, and the shares add up to one. Nobody
is named where the runs are not slower than chance allows, where no work has the greater part of it,
or where other traces of the same kind (a bootstrap) would have named another.

Pure; chance is an argument.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from seatrial.traces.evidence import failing_more, slower
from seatrial.traces.profile import Profile, Work

ENOUGH = 10  # traces on either side
MAJOR = 0.5  # share of the slowness, or of the failures, that makes somebody the culprit
SURE = 0.9  # share of the resamplings that name the same
RESAMPLED = 100
ALIKE = 0.4  # of the slowest operation over an edge: others that are slower by so much are, too
TIMES = 3.0  # a replica that is slower by so many times is alone in it
FEW = 5  # calls of which nothing is said


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
        asked = f" asking {self.peer}" if self.peer else ""
        what = f" {self.operation}" if self.operation else ""
        alone = f", replica {self.replica}" if self.replica else ""
        return f"{'the queue of ' if self.queued else ''}{self.service}{what}{asked}{alone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The culprit, or nobody; with the reason."""

    culprit: Culprit | None
    reason: str


_Group = tuple[str, str, str, bool]  # service, operation, peer, queued; "" for any operation


def slow(baseline: Sequence[Profile], now: Sequence[Profile], chance: Random) -> Diagnosis:
    """Who makes the runs of now slower."""
    if min(len(baseline), len(now)) < ENOUGH:
        return _nobody(f"fewer than {ENOUGH} traces on one side")
    verdict = slower([each.total for each in baseline], [each.total for each in now])
    if not verdict.holds:
        return _nobody(verdict.reason)
    named = _slowest(baseline, now)
    if named is None:
        return _nobody("no work has the greater part of the slowness")
    group, share = named

    def again(before: Sequence[Profile], after: Sequence[Profile]) -> bool:
        found = _slowest(before, after)
        return found is not None and found[0] == group

    sure = _confidence(baseline, now, chance, again)
    if sure < SURE:
        return _nobody(f"other traces would name another in {1 - sure:.0%} of all cases")
    culprit = Culprit(
        service=group[0],
        operation=group[1],
        peer=group[2],
        queued=group[3],
        replica=_alone(baseline, now, group),
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
    group, share = named

    def again(before: Sequence[Profile], after: Sequence[Profile]) -> bool:
        found = _failing(before, after, tested=False)
        return found is not None and found[0] == group

    sure = _confidence(baseline, now, chance, again)
    if sure < SURE:
        return _nobody(f"other traces would name another in {1 - sure:.0%} of all cases")
    culprit = Culprit(
        service=group[0], operation=group[1], peer=group[2], share=share, confidence=sure
    )
    return Diagnosis(culprit=culprit, reason=f"{share:.0%} of the failures begin at {culprit}")


def _nobody(reason: str) -> Diagnosis:
    return Diagnosis(culprit=None, reason=reason)


def _confidence(
    baseline: Sequence[Profile],
    now: Sequence[Profile],
    chance: Random,
    again: Callable[[Sequence[Profile], Sequence[Profile]], bool],
) -> float:
    """The share of resampled traces that say the same."""
    same = sum(
        again(chance.choices(baseline, k=len(baseline)), chance.choices(now, k=len(now)))
        for _ in range(RESAMPLED)
    )
    return same / RESAMPLED


def _slowest(baseline: Sequence[Profile], now: Sequence[Profile]) -> tuple[_Group, float] | None:
    """The work with the greater part of the slowness, as widely as it is slow alike."""
    excess = _excess(baseline, now)
    whole = fmean(each.total for each in now) - fmean(each.total for each in baseline)
    if whole <= 0:
        return None
    around: dict[_Group, float] = {}
    for work, more in excess.items():
        group = _around(work)
        around[group] = around.get(group, 0.0) + more
    group = max(around, key=lambda each: (around[each], each))
    if around[group] / whole < MAJOR:
        return None
    below = {work: more for work, more in excess.items() if _around(work) == group}
    worst = max(below, key=lambda each: (below[each], each))
    if below[worst] / whole >= MAJOR and not _alike(baseline, now, below, worst):
        narrow = (worst.service, worst.operation, worst.peer, worst.queued)
        return narrow, min(1.0, below[worst] / whole)
    return group, min(1.0, around[group] / whole)


def _around(work: Work) -> _Group:
    """The edge over which it asks, else the service whose work it is."""
    return work.service, "", work.peer, work.queued


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


def _alone(baseline: Sequence[Profile], now: Sequence[Profile], group: _Group) -> str:
    """The replica that is slow while the others are not; empty where all are, or one is all."""
    cost = _by_replica(now, group)
    if len(cost) < 2:  # noqa: PLR2004 - one alone tells nothing
        return ""
    well = _by_replica(baseline, group)
    usual = fmean([one for each in well.values() for one in each] or [0.0])
    more = {name: fmean(each) - usual for name, each in cost.items() if len(each) >= FEW}
    ranked = sorted(more, key=lambda each: (-more[each], each))
    if len(ranked) < 2 or more[ranked[0]] < TIMES * max(more[ranked[1]], 1.0):  # noqa: PLR2004
        return ""
    return ranked[0]


def _by_replica(profiles: Sequence[Profile], group: _Group) -> Mapping[str, list[float]]:
    """What the group's work costs in each trace, by who did it."""
    service, operation, peer, queued = group
    found: dict[str, list[float]] = {}
    for each in profiles:
        works = [
            work
            for work in each.costs
            if (work.service, work.peer, work.queued) == (service, peer, queued)
            and operation in {"", work.operation}
        ]
        replica = next((each.replicas[work] for work in works if each.replicas[work]), "")
        if replica:
            found.setdefault(replica, []).append(float(sum(each.costs[work] for work in works)))
    return found


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
        return (worst.service, worst.operation, worst.peer, False), count / len(broken)
    return group, count / len(broken)


def _origins(profiles: Sequence[Profile]) -> dict[Work, int]:
    found: dict[Work, int] = {}
    for each in profiles:
        for work in each.origins:
            found[work] = found.get(work, 0) + 1
    return found
