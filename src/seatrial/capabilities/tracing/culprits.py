"""A link that is slow: whom the traces name, from runs before it beside those of it."""

from functools import lru_cache
from random import Random

from seatrial.capabilities.tracing.crossing import Link
from seatrial.capabilities.tracing.watches import PROFILE
from seatrial.contract.action import describe
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.traces.diagnosis import Diagnosis, slow
from seatrial.traces.profile import read

ENOUGH = 25  # runs on either side
SETTLED = 10.0  # seconds after a run's start, after which its last spans have come
_ANY = 7  # where chance begins: the same traces, the same answer


def named(link: Link, cause: object) -> Judge:
    """The diagnosis names the link, and nobody else. `cause` is the action that strikes it."""
    struck = describe(cause)

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        steps = timeline.of(source="drill", kind="step")
        begun = next((e.at for e in steps if e.subject == "inject" and struck in e.text), None)
        first = timeline.step("inject")  # what was before belongs to the preparation
        if begun is None or first is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        ended = next((e.at for e in steps if e.subject == "undo" and e.at > begun), float("inf"))
        seen = _settled(timeline, link.journey)
        before = tuple(text for at, text in seen if first <= at < begun - 1.0)
        during = tuple(text for at, text in seen if begun < at < ended)
        if min(len(before), len(during)) < ENOUGH:
            reason = f"only {len(before)} runs from before the fault and {len(during)} of it"
            return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)
        found = _diagnosed(before, during)
        culprit = found.culprit
        if culprit is None:
            state = State.BROKEN if over else State.PENDING
            return Judgement(state=state, reason=f"nobody is named: {found.reason}")
        right = (culprit.service, culprit.peer) == (link.caller, link.callee)
        figures = (
            Figure(name="share", value=round(culprit.share, 3), unit="", target=0.5, bound=">="),
            Figure(name="confidence", value=culprit.confidence, unit="", target=0.9, bound=">="),
            Figure(name="runs compared", value=len(before) + len(during), unit=""),
        )
        state = State.MET if right else State.BROKEN if over else State.PENDING
        return Judgement(state=state, reason=found.reason, figures=figures)

    return judge


def _settled(timeline: Timeline, journey: str) -> list[tuple[float, str]]:
    """When each run began, and its profile as it was seen last; none of which more may come."""
    last: dict[str, Observation] = {}
    for each in timeline.of(source="jaeger", kind=PROFILE):
        if each.subject == journey:
            last[each.labels["trace"]] = each
    newest = max((each.at for each in last.values()), default=0.0)
    found = [(each.value or 0.0, each.text) for each in last.values()]
    return [(at, text) for at, text in found if newest - at >= SETTLED]


@lru_cache(maxsize=8)
def _diagnosed(before: tuple[str, ...], during: tuple[str, ...]) -> Diagnosis:
    """Asked again and again of the same runs, while a drill waits for more."""
    chance = Random(_ANY)  # noqa: S311 - resampling, no secret
    return slow([read(each) for each in before], [read(each) for each in during], chance)
