"""What a timeline must show of a cut between a region and the centre: no sample is missing. Pure.

What the region's own Prometheus holds of the time of the cut is compared with what the centre has
of the same server, series by series, each sample with its instant and its value: of four metrics
that every target has, because an answer with all samples of a region would be too long. Of all
others each series must be there: what goes to the centre goes by one log, in one order.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from seatrial.contract.scenario import Figure, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus.config import REPLICA
from seatrial.engines.prometheus.query import recalled

OWN, CENTRE = "samples in the region", "samples at the centre"
OWN_SERIES, CENTRE_SERIES = "series in the region", "series at the centre"
UNDER_WAY = 15.0  # seconds: what was sent when the cut came, and a scrape
_ADDED = frozenset({"cluster", REPLICA})
_Samples = Mapping[tuple[str, float], str]


def complete(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
    """What was scraped in the time of the cut is at the centre, once; and during it, nothing was.

    Every sample of some metrics, and every series of all.
    """
    found, healed = _compared(timeline, now, over), timeline.step("undo")
    if found.state is not State.MET or healed is None:
        return found
    unsure = State.BLIND if over else State.PENDING
    series, lost = _lost(timeline, healed)
    if not series:
        return Judgement(state=unsure, reason="the region's series could not be counted")
    lacking = sum(lost.values())
    figures = (
        *found.figures,
        Figure(name="series of the region", value=series, unit=""),
        Figure(name="series not at the centre", value=lacking, unit="", target=0, bound="=="),
    )
    if lost:
        reason = f"of {series} series {lacking} are not at the centre, of {next(iter(lost))} first"
        state = State.BROKEN if over else State.PENDING
        return Judgement(state=state, reason=reason, figures=figures)
    return replace(found, reason=f"{found.reason}, and all {series} series", figures=figures)


def _compared(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
    """Sample by sample, of the metrics that are compared so."""
    cut, healed = timeline.step("inject"), timeline.step("undo")
    if cut is None or healed is None:
        return Judgement(state=State.PENDING, reason="the cut is not over yet")
    own = _samples(_last(timeline, OWN, after=healed), cut, healed)
    there = _samples(_last(timeline, CENTRE, after=healed), cut, healed)
    unsure = State.BLIND if over else State.PENDING
    if not own:
        return Judgement(state=unsure, reason="the region's own samples could not be read")
    if not _was_cut(timeline, cut, healed):
        return Judgement(state=unsure, reason="it was not seen that the cut kept samples back")
    missing = own.keys() - there.keys()
    changed = sum(there[each] != own[each] for each in own.keys() & there.keys())
    strange = len(there.keys() - own.keys())
    figures: tuple[Figure, ...] = (
        Figure(name="length of the cut", value=round(healed - cut, 1), unit="s"),
        Figure(name="samples of the cut", value=len(own), unit=""),
        Figure(name="missing at the centre", value=len(missing), unit="", target=0, bound="=="),
        Figure(name="not of this server", value=strange, unit="", target=0, bound="=="),
    )
    if strange or changed:
        reason = (
            f"the centre has {strange} samples of the cut that this server never scraped, and"
            f" {changed} with another value: somebody else writes under its labels"
        )
        return Judgement(state=State.BROKEN, reason=reason, figures=figures)
    if missing:
        reason = f"{len(missing)} of {len(own)} samples of the cut are not at the centre"
        state = State.BROKEN if over else State.PENDING
        return Judgement(state=state, reason=reason, figures=figures)
    caught = _caught_up(timeline, own, cut, healed) - healed
    figures = (*figures, Figure(name="healed to complete", value=round(caught, 1), unit="s"))
    reason = (
        f"all {len(own)} samples of a cut of {healed - cut:.0f} s are at the centre"
        f" {caught:.0f} s after it"
    )
    return Judgement(state=State.MET, reason=reason, figures=figures)


def held_back(timeline: Timeline) -> bool:
    """The cut was seen to hold: it may end."""
    cut = timeline.step("inject")
    return cut is not None and _was_cut(timeline, cut, math.inf)


def _of(timeline: Timeline, subject: str) -> tuple[Observation, ...]:
    return tuple(each for each in timeline.of(kind="sample") if each.subject == subject)


def _last(timeline: Timeline, subject: str, *, after: float) -> tuple[Observation, ...]:
    """The newest answer that was given after this instant, series by series."""
    answers = [each for each in _of(timeline, subject) if each.at > after]
    newest = max((each.at for each in answers), default=0.0)
    return tuple(each for each in answers if each.at == newest)


def _lost(timeline: Timeline, healed: float) -> tuple[int, Mapping[str, int]]:
    """How many series the region had when it was first asked, and those of each metric that lack.

    0 where not both could be asked. What begins after that answer may still be under way.
    """
    told = [each for each in _of(timeline, OWN_SERIES) if each.at > healed]
    first = min((each.at for each in told), default=math.inf)
    there = {
        each.labels["__name__"]: int(each.value or 0)
        for each in _last(timeline, CENTRE_SERIES, after=first)
    }
    own = {each.labels["__name__"]: int(each.value or 0) for each in told if each.at == first}
    if not there:
        return 0, {}
    lost = {name: count - there.get(name, 0) for name, count in sorted(own.items())}
    return sum(own.values()), {name: count for name, count in lost.items() if count > 0}


def _samples(seen: tuple[Observation, ...], begin: float, end: float) -> _Samples:
    return {
        (_name(each.labels), at): value
        for each in seen
        for at, value in recalled(each.text).items()
        if begin <= at <= end
    }


def _name(labels: Mapping[str, str]) -> str:
    """A series as its region knows it."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels.keys() - _ADDED))


def _was_cut(timeline: Timeline, cut: float, healed: float) -> bool:
    """Whether the last answer of the centre before the repair had nothing new."""
    before = [each for each in _of(timeline, CENTRE) if cut + UNDER_WAY < each.at < healed]
    newest = max((each.at for each in before), default=0.0)
    last = [at for each in before if each.at == newest for at in recalled(each.text)]
    return bool(last) and max(last) < min(newest, cut + UNDER_WAY)


def _caught_up(timeline: Timeline, own: _Samples, cut: float, healed: float) -> float:
    """When the centre was first seen to have all."""
    instants = sorted({each.at for each in _of(timeline, CENTRE) if each.at > healed})
    for instant in instants:
        answer = tuple(each for each in _of(timeline, CENTRE) if each.at == instant)
        if own.keys() <= _samples(answer, cut, healed).keys():
            return instant
    return instants[-1]
