"""Whether users' failures were seen before anybody was paged for them. Pure."""

import math
from collections.abc import Callable

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

SUCCEEDED = "journey_last_success_timestamp_seconds"
CHECKED = "check_up"
FAILED = "journey_last_failure_timestamp_seconds"
_FIRING = "firing"
PATIENCE = 30.0  # seconds under the fault: what has failed no run until then, users do not feel


def seen(journeys: frozenset[str], users: frozenset[tuple[str, str]]) -> Judge:
    """A run of one of the journeys fails after the fault, and no alert of `users` fired earlier.

    `users` are alerts (name, subject) about what users get. Where no run fails until the end,
    nobody has felt the fault: that is well only if runs went well under it.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        failed = _first(timeline, FAILED, journeys, start)
        paged = _paged(timeline, users, start)
        if failed is not None:
            return _felt(failed, paged, start)
        if paged is not None:
            reason = f"{paged.subject} fired and no failed run was seen before it"
            return Judgement(state=State.BROKEN, reason=reason)
        if over or timeline.step("undo") is not None:
            return _unfelt(timeline, journeys, start)
        return Judgement(state=State.PENDING, reason="no run has failed yet")

    return judge


def ripe(journeys: frozenset[str]) -> Callable[[Timeline], bool]:
    """A run has failed, or none did for PATIENCE: the fault may be undone."""

    def enough(timeline: Timeline) -> bool:
        start = timeline.step("inject")
        if start is None:
            return False
        lasted = timeline.observations[-1].at - start
        return lasted >= PATIENCE or _first(timeline, FAILED, journeys, start) is not None

    return enough


def _felt(failed: Observation, paged: Observation | None, start: float) -> Judgement:
    at = failed.value or start
    journey = failed.labels.get("journey", "")
    figures = [Figure(name="fault to failed run", value=at - start, unit="s")]
    if paged is not None:
        # what it is held to is measured in the same drill: nobody is paged before it was seen
        lead = paged.at - at
        figures.append(Figure(name="ahead of the page", value=lead, unit="s", target=0, bound=">="))
        if lead < 0:
            reason = f"{paged.subject} fired {-lead:.1f} s before a run of {journey} failed"
            return Judgement(state=State.BROKEN, reason=reason, figures=tuple(figures))
    reason = f"a run of {journey} failed {at - start:.1f} s after the fault"
    return Judgement(state=State.MET, reason=reason, figures=tuple(figures))


def _unfelt(timeline: Timeline, journeys: frozenset[str], start: float) -> Judgement:
    polls = timeline.of(source="prometheus", kind="sample")
    if not polls:
        return Judgement(state=State.BLIND, reason="Prometheus could not be asked")
    if not _walked(timeline, journeys):
        reason = "no run was ever told, good or bad: nobody here can walk them"
        return Judgement(state=State.BLIND, reason=reason)
    if _first(timeline, SUCCEEDED, journeys, start) is None:
        reason = "the prober told of no run, good or bad, after the fault"
        return Judgement(state=State.BROKEN, reason=reason)
    return Judgement(state=State.MET, reason="nobody felt it: runs went well under the fault")


def _walked(timeline: Timeline, journeys: frozenset[str]) -> bool:
    """Whether any run of them was ever told, or nothing at all of when their last one ended.

    The instants are 0 until the first run: so they stay where a browser is lacking.
    """
    told = [
        each.value
        for each in timeline.of(source="prometheus", kind="sample")
        if each.labels.get("__name__") in {SUCCEEDED, FAILED}
        and each.labels.get("journey") in journeys
        and each.value is not None
    ]
    return not told or any(told)


def _first(
    timeline: Timeline, metric: str, journeys: frozenset[str], start: float
) -> Observation | None:
    """The first word of a run that ended so, told under the fault; its value is when that was."""
    # nothing is asked while it is undone: what is told later may be of the way back
    end = timeline.step("undo") or math.inf
    return next(
        (
            each
            for each in timeline.of(source="prometheus", kind="sample")
            if each.labels.get("__name__") == metric
            and each.labels.get("journey") in journeys
            and each.value is not None
            and each.value > start
            and each.at <= end
        ),
        None,
    )


def _paged(
    timeline: Timeline, users: frozenset[tuple[str, str]], start: float
) -> Observation | None:
    return next(
        (
            each
            for each in timeline.of(source="prometheus", kind="alert")
            if each.text == _FIRING
            and each.at >= start
            and (each.subject, each.labels.get("service", "")) in users
        ),
        None,
    )


def firing(name: str, *, within: float) -> Judge:
    """An alert of that name fires after the fault, and at most `within` seconds later."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        fired = _fired(timeline, lambda each: each.subject == name, start)
        if fired is None:
            if not over and timeline.step("undo") is None:
                return Judgement(state=State.PENDING, reason=f"{name} does not fire yet")
            return _unheard(timeline, f"{name} never fired")
        took = Figure(
            name="fault to alert", value=fired.at - start, unit="s", target=within, bound="<="
        )
        state = State.MET if took.holds else State.BROKEN
        reason = f"{name} fired {took.value:.1f} s after the fault"
        return Judgement(state=state, reason=reason, figures=(took,))

    return judge


def outvoted(
    region: str, pages: frozenset[tuple[str, str]], *, lasts: float, blind: str
) -> tuple[Judge, Callable[[Timeline], bool]]:
    """Runs of the region fail for `lasts` seconds and none of `pages` (name, subject) fires.

    `blind` is the alert that tells that it sees nothing, and must fire; empty where it sees
    something. With the judge comes when the fault may end.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        paged = _paged(timeline, pages, start)
        if paged is not None:
            reason = f"{paged.subject} fired {paged.at - start:.1f} s after {region} was cut off"
            return Judgement(state=State.BROKEN, reason=reason)
        lasted = (timeline.step("undo") or timeline.observations[-1].at) - start
        lack = _lack(timeline, region, blind, start)
        if not lack and lasted >= lasts:
            figure = Figure(name="cut off without a page", value=lasted, unit="s")
            reason = f"{region} saw failures for {lasted:.0f} s and nobody was paged"
            return Judgement(state=State.MET, reason=reason, figures=(figure,))
        if not over:
            return Judgement(state=State.PENDING, reason=lack or f"{lasted:.0f} s have passed")
        return _unheard(timeline, lack or f"it lasted only {lasted:.0f} s")

    def ripe(timeline: Timeline) -> bool:
        start = timeline.step("inject")
        if start is None or _paged(timeline, pages, start) is not None:
            return start is not None
        return timeline.observations[-1].at - start >= lasts and not _lack(
            timeline, region, blind, start
        )

    return judge, ripe


def _lack(timeline: Timeline, region: str, blind: str, start: float) -> str:
    """What must be seen of a region that is cut off and was not; "" for nothing."""
    if not any(
        each.labels.get("region") == region and _tells_failure(each, start)
        for each in timeline.of(source="prometheus", kind="sample")
    ):
        return f"no run and no check of {region} failed: it was not cut off"
    if blind and not _fired(
        timeline,
        lambda each: each.subject == blind and each.labels.get("region") == region,
        start,
    ):
        return f"{blind} did not fire for {region}"
    return ""


def _tells_failure(sample: Observation, start: float) -> bool:
    """Of a run, when one last failed; of a check, that it does now."""
    name, value = sample.labels.get("__name__"), sample.value
    if value is None or sample.at < start:
        return False
    return value > start if name == FAILED else name == CHECKED and value == 0


def _fired(
    timeline: Timeline, which: Callable[[Observation], bool], start: float
) -> Observation | None:
    """The first alert that fires under the fault, as Prometheus was asked."""
    return next(
        (
            each
            for each in timeline.of(source="prometheus", kind="alert")
            if each.text == _FIRING and each.at >= start and which(each)
        ),
        None,
    )


def _unheard(timeline: Timeline, otherwise: str) -> Judgement:
    """Broken, or unknown where Prometheus could not be asked."""
    start = timeline.step("inject") or 0.0
    heard = [each for each in timeline.of(source="prometheus") if each.at >= start]
    if not any(each.kind != "unreachable" for each in heard):
        return Judgement(state=State.BLIND, reason="Prometheus could not be asked")
    return Judgement(state=State.BROKEN, reason=otherwise)
