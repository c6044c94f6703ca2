"""What a timeline must show of a failover. Pure.

All of it is of writes that were sent all the time: what was acknowledged, and what is there.
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


def _judged(store: str, judge: Callable[[_Told, bool], Judgement]) -> Judge:
    """A judge of what the writers told last since the fault; without it nothing is known."""

    def judged(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        seen = [
            each
            for each in timeline.of(kind=WRITTEN)
            if each.subject == store and began is not None and each.at > began
        ]
        if not seen:
            reason = "the writers told nothing" if began is not None else "nothing was injected"
            return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)
        return judge(json.loads(seen[-1].text), over)

    return judged


def kept(store: str) -> Judge:
    """Each write that was acknowledged is there, once writes are acknowledged again."""

    def judge(told: _Told, over: bool) -> Judgement:  # noqa: FBT001 - as the judge is told
        lost, counts = told["lost"], told["writes"]
        if lost is None:
            return _open(over, State.BLIND, "nobody could look for what was written", ())
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
        if not _resumed(told):
            reason = "no write was acknowledged since, so that nobody could look"
            return _open(over, State.BLIND, reason, figures)
        if not counts["acknowledged"]:
            reason = "no write was acknowledged before or after"
            return _open(over, State.BLIND, reason, figures)
        reason = f"all {counts['acknowledged']} acknowledged writes are there"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return _judged(store, judge)


def resumed(store: str, within: float) -> Judge:
    """Writes are acknowledged again in time; so are reads."""

    def judge(told: _Told, over: bool) -> Judgement:  # noqa: FBT001 - as the judge is told
        writes, reads = told["gaps"]["writes"], told["gaps"]["reads"]
        figures = (
            Figure(name=NO_WRITE, value=writes["seconds"], unit="s", target=within, bound="<="),
            Figure(name="no read", value=reads["seconds"], unit="s"),
        )
        reason = f"for {writes['seconds']:.1f} s no write was acknowledged, {within:.0f} s may be"
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not _resumed(told):
            reason = f"no write has been acknowledged for {writes['seconds']:.1f} s"
            return _open(over, State.BROKEN, reason, figures)
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return _judged(store, judge)


def single(store: str) -> Judge:
    """At no moment two members took writes: said only at the end, for one may come back."""

    def judge(told: _Told, over: bool) -> Judgement:  # noqa: FBT001 - as the judge is told
        spans = told["double"]
        seconds = sum(each["seconds"] for each in spans)
        figures = (
            Figure(name="two primaries", value=seconds, unit="s", target=0, bound="=="),
            Figure(name="looks", value=told["looks"], unit=""),
        )
        if spans:
            reason = f"{' and '.join(spans[0]['members'])} took writes at once for {seconds:.1f} s"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not told["looks"]:
            return _open(over, State.BLIND, "nobody looked at the members", figures)
        reason = f"never more than one took writes, in {told['looks']} looks at each"
        return _open(over, State.MET, reason, figures)

    return _judged(store, judge)


def _resumed(told: _Told) -> bool:
    """Whether writes were acknowledged again after the longest gap, and still are."""
    gap = told["gaps"]["writes"]
    return gap["ended"] is not None and gap["open"] <= _FRESH


def _open(
    over: bool,  # noqa: FBT001 - as the judge is told
    state: State,
    reason: str,
    figures: tuple[Figure, ...],
) -> Judgement:
    """What it comes to if nothing more is seen; until then it is open."""
    return Judgement(state=state if over else State.PENDING, reason=reason, figures=figures)
