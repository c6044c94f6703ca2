"""Whether users' failures were seen before anybody was paged for them. Pure."""

import math
from collections.abc import Callable

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

SUCCEEDED = "journey_last_success_timestamp_seconds"
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
    if _first(timeline, SUCCEEDED, journeys, start) is None:
        reason = "the prober told of no run, good or bad, after the fault"
        return Judgement(state=State.BROKEN, reason=reason)
    return Judgement(state=State.MET, reason="nobody felt it: runs went well under the fault")


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
