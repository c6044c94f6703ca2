"""What a timeline must show of a kill of Prometheus: every sample kept, a gap that is the outage.

Pure. Samples are compared series by series, each with its instant and its value.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from seatrial.capabilities.metrics.judges import NAMED, absent
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus.query import recalled

# Seconds: Prometheus hands what it has discovered to its scrapers no more often (`updatert` of its
# discovery manager), so that after a start the first scrape is an interval and so much away.
_DISCOVERED = 5.0
_ENDED = 3  # intervals without a sample after which a series had ended before the kill


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kill:
    """When Prometheus was killed and was back (epoch s), and how often it scrapes at least (s)."""

    at: float
    back: float
    interval: float


@dataclass(slots=True, kw_only=True)
class _Series:
    """One series: its samples as they were `known` before the kill, and as `found` after it."""

    known: dict[float, str] = field(default_factory=dict)
    found: dict[float, str] = field(default_factory=dict)

    def interval(self, least: float) -> float:
        """Seconds from one sample to the next, as they were before the kill."""
        stamps = sorted(self.known)
        steps = [after - before for before, after in pairwise(stamps)]
        return max(least, median(steps)) if steps else least

    def lived(self, kill: _Kill) -> bool:
        """Whether it was still written to when Prometheus was killed."""
        newest = max(self.known, default=0.0)
        return newest >= kill.at - _ENDED * self.interval(kill.interval)

    def returned(self, kill: _Kill) -> bool:
        """Whether it is written to again."""
        return any(each > kill.at for each in self.found)

    def lost(self, oldest: float) -> int:
        """How many samples are gone, or have another value; those before `oldest` are let go."""
        return sum(self.found.get(at) != value for at, value in self.known.items() if at >= oldest)

    def gap(self, kill: _Kill) -> float:
        """Seconds between its last sample before the kill and its first one after it."""
        before = max(each for each in (*self.known, *self.found) if each <= kill.at)
        return min(each for each in self.found if each > kill.at) - before


def persistence(interval: float, *, cause: str, span: float) -> Judge:
    """Every sample of every series that was seen before the kill is there after it, unchanged.

    And each series has a gap that is the outage: up to one interval before the kill, and one after
    the return and the discovery of the targets. `cause` are words of the step that kills, `span`
    is how far back, in seconds, each answer goes, `interval` that of the fastest scrape.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        killed, back = _killed(timeline, cause), timeline.step("recovered")
        if killed is None or back is None:
            return Judgement(state=State.PENDING, reason="Prometheus is not back yet")
        kill = _Kill(at=killed, back=back, interval=interval)
        seen = [each for each in timeline.of(kind="sample") if each.text]
        later = [each for each in seen if each.at > back]
        series = _series(seen, kill)
        if not any(each.returned(kill) for each in series.values()):
            return Judgement(state=absent(timeline, over=over), reason="no sample since the kill")
        living = {name: each for name, each in series.items() if each.lived(kill)}
        if not living:  # what had ended before could have been lost at any time
            return Judgement(state=State.BLIND, reason="no sample was seen before the kill")
        oldest = max(each.at for each in later) - span + interval
        lost = {name: gone for name, each in series.items() if (gone := each.lost(oldest))}
        if lost:
            return _gone(series, lost, oldest, kill)
        missing = [name for name, each in living.items() if not each.returned(kill)]
        if missing:
            reason = f"not written to since the kill: {_listed(missing)}"
            return Judgement(state=absent(timeline, over=over), reason=reason)
        return _kept(series, living, oldest, kill)

    return judge


def _killed(timeline: Timeline, cause: str) -> float | None:
    steps = timeline.of(source="drill", kind="step")
    return next((e.at for e in steps if e.subject == "inject" and cause in e.text), None)


def _series(seen: Iterable[Observation], kill: _Kill) -> Mapping[str, _Series]:
    """Every series by its labels. What was seen while nobody could be asked counts for neither."""
    found: dict[str, _Series] = {}
    for each in seen:
        one = found.setdefault(_name(each.labels), _Series())
        samples = recalled(each.text)
        if each.at < kill.at:
            one.known |= samples
        elif each.at > kill.back:
            one.found |= samples
    return found


def _name(labels: Mapping[str, str]) -> str:
    """A series, as PromQL writes it."""
    own = sorted((key, value) for key, value in labels.items() if key != "__name__")
    written = ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in own)
    return f"{labels.get('__name__', '')}{{{written}}}"


def _listed(names: Iterable[str]) -> str:
    every = sorted(names)
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return "; ".join(every[:NAMED]) + more


def _compared(series: Mapping[str, _Series], oldest: float) -> int:
    return sum(at >= oldest for each in series.values() for at in each.known)


def _figures(
    series: Mapping[str, _Series], oldest: float, kill: _Kill, lost: int
) -> tuple[Figure, ...]:
    compared = _compared(series, oldest)
    return (
        Figure(name="outage of Prometheus", value=round(kill.back - kill.at, 2), unit="s"),
        Figure(
            name="series compared", value=sum(bool(each.known) for each in series.values()), unit=""
        ),
        Figure(
            name="samples kept from before",
            value=compared - lost,
            unit="",
            target=compared,
            bound="==",
        ),
    )


def _gone(
    series: Mapping[str, _Series], lost: Mapping[str, int], oldest: float, kill: _Kill
) -> Judgement:
    gone, compared = sum(lost.values()), _compared(series, oldest)
    return Judgement(
        state=State.BROKEN,
        reason=f"{gone} of {compared} samples from before the kill are gone or have another value,"
        f" of {len(lost)} of {len(series)} series: {_listed(lost)}",
        figures=_figures(series, oldest, kill, gone),
    )


def _kept(
    series: Mapping[str, _Series], living: Mapping[str, _Series], oldest: float, kill: _Kill
) -> Judgement:
    """All samples are there: then the gaps are looked at, that of the worst series first."""
    figures = _figures(series, oldest, kill, 0)
    outage = kill.back - kill.at
    slack = {name: 2 * each.interval(kill.interval) for name, each in living.items()}
    gaps = {name: each.gap(kill) for name, each in living.items()}
    worst = max(living, key=lambda name: abs(gaps[name] - outage) - slack[name])
    gap = Figure(
        name="gap in the samples",
        value=round(gaps[worst], 2),
        unit="s",
        target=round(outage + slack[worst] + _DISCOVERED, 2),
        bound="<=",
    )
    figures = (figures[0], gap, *figures[1:])
    found = f"the gap of {gaps[worst]:.1f} s of {worst}"
    state = State.MET
    reason = (
        f"all {_compared(series, oldest)} samples of {len(series)} series survived unchanged; "
        f"the gap that differs most from the outage of {outage:.1f} s is {gaps[worst]:.1f} s"
    )
    if not gap.holds:
        state, reason = State.BROKEN, f"{found} exceeds the outage of {outage:.1f} s"
    elif gaps[worst] < outage - slack[worst]:
        state, reason = State.BROKEN, f"{found} is shorter than the outage of {outage:.1f} s"
    return Judgement(state=state, reason=reason, figures=figures)
