"""An outage is in the SLA: the account of its samples, held against when the fault was there. Pure.

It is made by what makes the report of a month, of the samples that Prometheus keeps.
"""

from collections.abc import Callable, Mapping, Sequence

from seatrial.capabilities.synthetics import accounted
from seatrial.contract.scenario import Figure, Judge, Judgement, State, Watch
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.sla.account import Account, Span, account
from seatrial.sla.samples import Sample

Ripe = Callable[[Timeline], bool]
_SOURCE = "raw samples"
_EVERY, _RANGE = 5.0, 30
# Seconds at either end: the run that is under way, and the scrape that tells of it.
LAG = 12.0
LASTS = 2 * LAG  # of an outage: half of it is beyond doubt
_SCRAPE = 6.0  # seconds: the stretch between two scrapes in which it began counts as a whole
_UNFELT = 45.0  # seconds under the fault: what no run has felt until then, users do not feel


def watch(title: str, which: str) -> Watch:
    """The raw samples of a selector, each at the instant at which it was scraped."""
    return Watch(
        name=f"samples of {title}",
        workload=prometheus.NAME,
        port=query.PORT,
        path=query.instant(f"{which}[{_RANGE}s]"),
        parse=_samples(title),
        every=_EVERY,
    )


def _samples(title: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        found = (
            Observation(
                at=at,
                source=_SOURCE,
                kind="sample",
                subject=title,
                id=f"{title} {sorted(line.labels.items())} {at}",
                value=value,
                labels=line.labels,
            )
            for line in query.matrix(body)
            for at, value in line.values.items()
        )
        # that it was asked is seen, too, where nothing is scraped any more
        return (*found, Observation(at=now, source=_SOURCE, kind="look", subject=title))

    return parse


def counted(titles: Mapping[str, str], quorum: int | None) -> tuple[Judge, Ripe]:
    """Of each journey (title to entry) the outage is counted while it was, and not before.

    Where runs went well under the fault nobody felt it, and none may be counted. With the judge
    comes when the fault may end.
    """

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start, end = timeline.step("inject"), timeline.step("undo")
        if start is None or end is None:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason="the fault has not been taken back")
        if not over and now < end + LAG:
            return Judgement(state=State.PENDING, reason="its last samples are still to come")
        if not any(each.at >= start for each in timeline.of(source=_SOURCE, kind="look")):
            return Judgement(state=State.BLIND, reason="Prometheus could not be asked")
        told = {title: _of(timeline, title, entry) for title, entry in titles.items()}
        fault = Span(begin=start, end=end)
        return _all([_judged(title, each, quorum, fault) for title, each in told.items()])

    def ripe(timeline: Timeline) -> bool:
        start = timeline.step("inject")
        if start is None:
            return False
        last = timeline.observations[-1].at
        under = Span(begin=start, end=last)
        told = (_of(timeline, title, entry) for title, entry in titles.items())
        felt = any(account(each, under, quorum=quorum).bad for each in told)
        return last - start >= (LASTS if felt else _UNFELT)

    return judge, ripe


def _all(found: Sequence[Judgement]) -> Judgement:
    """What holds of each journey, or the first of which it does not, or nobody knows."""
    order = (State.BROKEN, State.BLIND)
    wrong = next((each for state in order for each in found if each.state is state), None)
    return Judgement(
        state=State.MET if wrong is None else wrong.state,
        reason="; ".join(each.reason for each in found) if wrong is None else wrong.reason,
        figures=tuple(figure for each in found for figure in each.figures),
    )


def _judged(
    title: str, told: Sequence[tuple[Sample, ...]], quorum: int | None, fault: Span
) -> Judgement:
    """One journey, from before the fault until LAG after it."""
    after = Span(begin=fault.begin, end=fault.end + LAG)
    found = account(told, Span(begin=fault.begin - LAG, end=after.end), quorum=quorum)
    under = account(told, fault, quorum=quorum)
    inside, near = (sum(_common(each, span) for each in found.outages) for span in (fault, after))
    figures = (
        Figure(name=f"{title} was broken", value=round(fault.seconds, 1), unit="s"),
        Figure(name=f"{title} counted as down", value=round(near, 1), unit="s"),
        Figure(name=f"runs of {title} that failed", value=found.bad, unit=""),
    )
    before = account(told, Span(begin=fault.begin - LAG, end=fault.begin), quorum=quorum)
    unknown = _unknown(title, told, fault, before, under)
    if unknown:
        return Judgement(state=State.BLIND, reason=unknown, figures=figures)
    unfelt = not under.bad and under.good > 0 and under.blind <= LAG
    reason = ""
    if found.down - near > _SCRAPE:
        reason = f"{title} is counted as down for {found.down - near:.1f} s before the fault"
    elif unfelt and near:
        reason = f"no run of {title} failed, and {near:.1f} s are counted as down"
    elif not unfelt and inside < fault.seconds - LAG:
        reason = f"of {fault.seconds:.1f} s {title} is counted as down for {inside:.1f} s"
    if reason:
        return Judgement(state=State.BROKEN, reason=reason, figures=figures)
    said = f"nobody felt it in {title}" if unfelt else f"{title} was down for {near:.1f} s"
    return Judgement(state=State.MET, reason=f"by the SLA {said}", figures=figures)


def _unknown(
    title: str,
    told: Sequence[tuple[Sample, ...]],
    fault: Span,
    before: Account,
    under: Account,
) -> str:
    """Why nothing can be said of a journey; empty where something can.

    Of one that is walked rarely, or whose runs wait for long, the next run speaks for the time
    before it, too: no edge of an outage is known then.
    """
    if fault.seconds <= LAG:
        return f"the fault was there for {fault.seconds:.0f} s only"
    # of a prober that has just begun nothing is known before the fault, and nothing counted
    if _looked(told, Span(begin=fault.begin - LAG, end=fault.begin)) and not (
        before.good + before.bad
    ):
        return f"no run of {title} ended in the {LAG:.0f} s before the fault: they are too rare"
    if _looked(told, fault) and not under.good + under.bad:
        return f"no run of {title} ended under the fault, good or bad"
    return ""


def _looked(told: Sequence[tuple[Sample, ...]], span: Span) -> bool:
    """Whether a prober was scraped twice in that time, so that runs which ended are seen."""
    return any(sum(span.begin <= each.at <= span.end for each in one) > 1 for one in told)


def _common(one: Span, other: Span) -> float:
    return max(0.0, min(one.end, other.end) - max(one.begin, other.begin))


def _of(timeline: Timeline, title: str, entry: str) -> list[tuple[Sample, ...]]:
    """Each prober's samples of one journey."""
    found = accounted.sampled(
        (
            (each.labels, each.at, each.value)
            for each in timeline.of(source=_SOURCE, kind="sample")
            if each.subject == title and each.value is not None
        ),
        entry,
    )
    return [found[each] for each in sorted(found)]
