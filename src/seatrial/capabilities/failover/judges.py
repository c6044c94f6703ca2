"""What a timeline must show of a failover. Pure.

All of it is of writes that were sent all the time: what was acknowledged, what is there, and by
whom it was taken.
"""

import json
from collections.abc import Callable
from typing import Any

from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

NO_WRITE = "no write"  # the figure of the longest time without one that was acknowledged
WRITTEN = "written"  # the kind of observation that tells of the writers
_FRESH = 2.0  # seconds since the last answer; a write takes some hundredths
_Told = dict[str, Any]
_Look = Callable[[_Told, float, bool], Judgement]  # what was told, when it was injected, over


def _judged(store: str, judge: _Look) -> Judge:
    """A judge of what the writers told last since the fault; without it nothing is known."""

    def judged(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        if began is None:
            return _open(over, State.BLIND, "nothing was injected")
        seen = [
            each for each in timeline.of(kind=WRITTEN) if each.subject == store and each.at > began
        ]
        if not seen:
            return _open(over, State.BLIND, "the writers told nothing")
        told = json.loads(seen[-1].text)
        if not told["whole"]:
            return _open(over, State.BLIND, "the writers were started anew meanwhile")
        return judge(told, began, over)

    return judged


def kept(store: str) -> Judge:
    """Each write that was acknowledged is there, once writes are acknowledged again."""

    def judge(told: _Told, _began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `_Look`
        lost, counts = told["lost"], told["writes"]
        if lost is None:
            return _open(over, State.BLIND, "nobody could look for what was written")
        figures = (
            Figure(name="writes acknowledged", value=counts["acknowledged"], unit=""),
            Figure(name="of these lost", value=lost["rows"], unit="", target=0, bound="=="),
            Figure(name="written within", value=lost["seconds"], unit="s"),
            Figure(name="writes refused", value=counts["refused"], unit=""),
            Figure(name="writes of which nobody knows", value=counts["unknown"], unit=""),
        )
        if lost["rows"]:
            reason = f"{lost['rows']} of {counts['acknowledged']} acknowledged writes are gone"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not counts["acknowledged"] or not _resumed(told):
            reason = "no write was acknowledged since, so that nobody could look"
            return _open(over, State.BLIND, reason, figures)
        reason = f"all {counts['acknowledged']} acknowledged writes are there"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return _judged(store, judge)


def resumed(store: str, within: float, *, moves: bool) -> Judge:
    """Writes are acknowledged again in time: by another member where it `moves`, else the same."""

    def judge(told: _Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `_Look`
        writes, reads = (_longest(told["gaps"][each], began) for each in ("writes", "reads"))
        figures = (
            Figure(name=NO_WRITE, value=writes, unit="s", target=within, bound="<="),
            Figure(name="no read", value=reads, unit="s"),
        )
        reason = f"for {writes:.1f} s no write was acknowledged, {within:.0f} s may be"
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not _resumed(told):
            reason = f"no write has been acknowledged for {told['gaps']['writes']['open']:.1f} s"
            return _open(over, State.BROKEN, reason, figures)
        before, after = _primaries(told, began)
        if not before or not after:
            return _open(over, State.BLIND, "nobody saw who took the writes", figures)
        if moves is (before == after):
            other = f"{after} took them {'again' if moves else f'instead of {before}'}"
            return _open(over, State.BROKEN, f"{reason}; {other}", figures)
        by = f"by {after}, and before by {before}" if moves else f"by {after} all the time"
        return Judgement(state=State.MET, reason=f"{reason}; {by}", figures=figures)

    return _judged(store, judge)


def single(store: str) -> Judge:
    """At no moment two members took writes: said only at the end, for one may come back."""

    def judge(told: _Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `_Look`
        spans, silent = told["double"], told["silent"]
        seconds = sum(each["seconds"] for each in spans)
        figures = (
            Figure(name="times of two primaries", value=len(spans), unit="", target=0, bound="=="),
            Figure(name="two primaries", value=seconds, unit="s"),
            Figure(name="answers of members", value=told["looks"], unit=""),
        )
        if spans:
            reason = f"{' and '.join(spans[0]['members'])} took writes at once for {seconds:.1f} s"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if silent:
            reason = f"{' and '.join(silent)} has not said whether it takes writes"
            return _open(over, State.BLIND, reason, figures)
        if not all(_primaries(told, began)):
            return _open(over, State.BLIND, "nobody saw who took the writes", figures)
        reason = f"never more than one took writes, in {told['looks']} answers of members"
        return _open(over, State.MET, reason, figures)

    return _judged(store, judge)


def _longest(gaps: dict[str, Any], began: float) -> float:
    """The longest time without an answer that ended after the fault, or lasts; in seconds."""
    after = (each for each in gaps["spans"] if each["ended"] is None or each["ended"] > began)
    return max((each["seconds"] for each in after), default=0.0)


def _resumed(told: _Told) -> bool:
    """Whether writes are acknowledged now."""
    return bool(told["gaps"]["writes"]["open"] <= _FRESH)


def _primaries(told: _Told, began: float) -> tuple[str, str]:
    """Who took writes before the fault, and who did last; empty where nobody saw one."""
    before = [each["member"] for each in told["primaries"] if each["at"] <= began]
    last = [each["member"] for each in told["primaries"]]
    return (before[-1] if before else "", last[-1] if last else "")


def _open(
    over: bool,  # noqa: FBT001 - as the judge is told
    state: State,
    reason: str,
    figures: tuple[Figure, ...] = (),
) -> Judgement:
    """What it comes to if nothing more is seen; until then it is open."""
    return Judgement(state=state if over else State.PENDING, reason=reason, figures=figures)
