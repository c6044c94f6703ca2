"""What the writers of a store told last, and what can be said of it. Pure."""

import json
from collections.abc import Callable
from typing import Any

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

NO_WRITE = "no write"  # the figure of the longest time without one that was acknowledged
GONE = "of these lost"  # the figure of how many acknowledged writes are not there
WITHIN = "written within"  # the figure of the time in which all was written that is lost
WRITTEN = "written"  # the kind of observation that tells of the writers
HOLDS = "holds"  # the kind of observation that tells of the store's invariants
_FRESH = 2.0  # seconds since the last answer; a write takes some hundredths
Told = dict[str, Any]
Look = Callable[[Told, float, bool], Judgement]  # what was told, when it was injected, over


def judged(store: str, judge: Look) -> Judge:
    """A judge of what the writers told last since the fault; without it nothing is known."""

    def found(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        if began is None:
            return unsettled(over, State.BLIND, "nothing was injected")
        seen = [
            each for each in timeline.of(kind=WRITTEN) if each.subject == store and each.at > began
        ]
        if not seen:
            return unsettled(over, State.BLIND, "the writers told nothing")
        told = json.loads(seen[-1].text)
        if not told["whole"]:
            return unsettled(over, State.BLIND, "the writers were started anew meanwhile")
        return judge(told, began, over)

    return found


def unsettled(
    over: bool,  # noqa: FBT001 - as the judge is told
    state: State,
    reason: str,
    figures: tuple[Figure, ...] = (),
) -> Judgement:
    """What it comes to if nothing more is seen; until then it is open."""
    return Judgement(state=state if over else State.PENDING, reason=reason, figures=figures)


def longest(gaps: Told, began: float) -> float:
    """The longest time without an answer that ended after this moment, or lasts; in seconds."""
    after = (each for each in gaps["spans"] if each["ended"] is None or each["ended"] > began)
    return max((each["seconds"] for each in after), default=0.0)


def writing(told: Told) -> bool:
    """Whether writes are acknowledged now."""
    return bool(told["gaps"]["writes"]["open"] <= _FRESH)


def primaries(told: Told, began: float) -> tuple[str, str]:
    """Who took writes before the fault, and who did last; empty where nobody saw one."""
    before = [each["member"] for each in told["primaries"] if each["at"] <= began]
    last = [each["member"] for each in told["primaries"]]
    return (before[-1] if before else "", last[-1] if last else "")


def fates(
    told: Told, *, rows: float | None = None, seconds: float | None = None
) -> tuple[Figure, ...]:
    """What became of all writes; `rows` and `seconds` bound what may be lost of those acknowledged.

    Raises TypeError where nobody could look.
    """
    counts, lost = told["writes"], told["lost"]
    return (
        Figure(name="writes acknowledged", value=counts["acknowledged"], unit=""),
        _bound(GONE, lost["rows"], "", rows),
        _bound(WITHIN, lost["seconds"], "s", seconds),
        Figure(name="writes refused", value=counts["refused"], unit=""),
        Figure(name="writes of which nobody knows", value=counts["unknown"], unit=""),
    )


def _bound(name: str, value: float, unit: str, most: float | None) -> Figure:
    bound = "" if most is None else "<=" if most else "=="
    return Figure(name=name, value=value, unit=unit, target=most, bound=bound)
