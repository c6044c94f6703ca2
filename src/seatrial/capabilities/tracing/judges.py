"""What a timeline must show of the traces. Pure."""

from seatrial.capabilities.tracing.watches import FAULT, KEPT, RUN
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

ENOUGH = 3  # runs by which a journey's trace is judged
WITHIN = 15.0  # seconds from a run's end until its trace can be looked at
SETTLED = 10.0  # seconds after which nothing more of a run is on its way


def absent(timeline: Timeline, *, over: bool) -> State:
    """What something that was not seen amounts to: nothing, as long as nobody could look."""
    if not over:
        return State.PENDING
    lost = [each for each in timeline.of(kind="unreachable") if each.subject == "jaeger"]
    return State.BLIND if lost and not timeline.of(source="jaeger") else State.BROKEN


def whole(journey: str, required: frozenset[str], spanless: frozenset[str]) -> Judge:
    """The trace of each run that went well holds spans of every service that it must cross.

    Of those that are `spanless` it holds a call to them.
    """

    def lacking(run: Observation) -> frozenset[str]:
        there = frozenset(run.text.split())
        passed = frozenset(run.labels["named"].split()) & spanless
        return required - there - passed

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        first: dict[str, float] = {}  # by trace: how long after the run's end it was seen whole
        last: dict[str, Observation] = {}
        for each in timeline.of(source="jaeger", kind=RUN):
            if each.subject != journey or each.labels["outcome"] != "ok" or each.value is None:
                continue
            trace = each.labels["trace"]
            last[trace] = each
            if not lacking(each):
                first.setdefault(trace, each.at - each.value)
        torn = [
            each
            for trace, each in last.items()
            if trace not in first and now - (each.value or 0.0) > SETTLED
        ]
        figures = _figures(first, torn)
        if len(torn) >= ENOUGH or (torn and over):
            names = ", ".join(sorted(lacking(torn[-1])))
            return Judgement(
                state=State.BROKEN,
                reason=f"{len(torn)} of {len(torn) + len(first)} traces of {journey} hold nothing"
                f" of {names}: {torn[-1].labels['trace']}",
                figures=figures,
            )
        if len(first) < ENOUGH:
            reason = f"{len(first)} whole traces of {journey} yet"
            return Judgement(state=absent(timeline, over=over), reason=reason, figures=figures)
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason="traces come too late", figures=figures)
        return Judgement(
            state=State.MET,
            reason=f"each of {len(first)} runs is one trace with {', '.join(sorted(required))}",
            figures=figures,
        )

    return judge


def _figures(first: dict[str, float], torn: list[Observation]) -> tuple[Figure, ...]:
    found = [
        Figure(name="traces that are whole", value=len(first), unit="", target=ENOUGH, bound=">="),
        Figure(name="traces that are torn", value=len(torn), unit="", target=0, bound="=="),
    ]
    if first:
        late = round(max(first.values()), 2)
        found.append(
            Figure(name="from end to sight", value=late, unit="s", target=WITHIN, bound="<=")
        )
    return tuple(found)


def survived(cause: str) -> Judge:
    """Every trace that could be found before the kill is found after it.

    `cause` are words of the step that kills.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        steps = timeline.of(source="drill", kind="step")
        killed = next((e.at for e in steps if e.subject == "inject" and cause in e.text), None)
        back = timeline.step("recovered")
        if killed is None or back is None:
            return Judgement(state=State.PENDING, reason="Jaeger is not back yet")
        looks = timeline.of(source="jaeger", kind=KEPT)
        before = [each for each in looks if each.at < killed]
        after = [each for each in looks if each.at > back]
        if not before or not before[-1].text:
            reason = "no trace was there to be lost"
            return Judgement(state=State.BLIND, reason=reason)
        if not after:
            reason = "nobody could look since the kill"
            return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)
        wanted = frozenset(before[-1].text.split())
        lost = wanted - frozenset(after[-1].text.split())
        figures = (
            Figure(name="outage of Jaeger", value=round(back - killed, 2), unit="s"),
            Figure(
                name="traces kept from before",
                value=len(wanted) - len(lost),
                unit="",
                target=len(wanted),
                bound="==",
            ),
        )
        if lost:
            reason = f"{len(lost)} of {len(wanted)} traces are gone: {min(lost)}"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        reason = f"all {len(wanted)} traces from before the kill are there"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def blamed(struck: str, callers: frozenset[str], within: float) -> Judge:
    """While it is struck, a failed call of one of the callers names it, in time.

    After that time nothing can be right any more, and nobody need wait for it.
    """

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        seen = [
            each
            for each in timeline.of(source="jaeger", kind=FAULT)
            if each.subject in callers and each.text == struck and (each.value or 0.0) >= start
        ]
        if not seen:
            reason = f"no failed call of {' or '.join(sorted(callers))} names {struck}"
            late = over or now - start > within
            return Judgement(state=absent(timeline, over=late), reason=reason)
        first = seen[0]
        took = Figure(
            name="from fault to error span",
            value=round(first.at - start, 2),
            unit="s",
            target=within,
            bound="<=",
        )
        return Judgement(
            state=State.MET if took.holds else State.BROKEN,
            reason=f"{first.subject}: {first.labels['operation']} failed at {struck},"
            f" trace {first.labels['trace']}",
            figures=(took,),
        )

    return judge
