"""What a timeline must show of users who are led to another region. Pure."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from seatrial.capabilities.failover.told import unsettled
from seatrial.capabilities.failover.users.watch import SERVED
from seatrial.contract.action import FOLLOWED
from seatrial.contract.followed import commands, wrong
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

_FRESH = 2.0  # seconds since the last run that went well; some are begun each second
LONG = 10.0  # seconds for which a region is away beyond what may be felt of that
ENOUGH = 100  # runs, in a drill that is to show that none of them fails
_Runs = Mapping[str, Mapping[str, Any]]  # what became of them, by the journey


def served(bounds: Mapping[str, float]) -> Judge:
    """For no longer than so many seconds a journey did not go well, and it goes well now."""
    lasts = min(bounds.values()) + LONG

    def look(runs: _Runs, timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001
        figures = tuple(
            Figure(
                name=f"no {name}", value=runs[name]["longest"], unit="s", target=most, bound="<="
            )
            for name, most in bounds.items()
        )
        for each, name in zip(figures, bounds, strict=True):
            if not each.holds:
                why = _mostly(runs[name])
                reason = f"for {each.value:.1f} s no {name} went well, {each.target:.0f} s may be"
                return Judgement(state=State.BROKEN, reason=reason + why, figures=figures)
        ill = [name for name in bounds if runs[name]["open"] > _FRESH]
        if ill:
            reason = f"no {ill[0]} has gone well for {runs[ill[0]]['open']:.1f} s"
            return unsettled(over, State.BROKEN, reason, figures)
        if now < (timeline.step("inject") or now) + lasts:
            reason = "nobody told of users for long enough after it"
            return unsettled(over, State.BLIND, reason, figures)
        told = ", ".join(f"no {n} for {runs[n]['longest']:.1f} s" for n in bounds)
        return Judgement(state=State.MET, reason=told, figures=figures)

    return _judged(tuple(bounds), look)


def drained(journeys: tuple[str, ...], page: str) -> Judge:
    """The page was followed, and of all runs since none failed: said only at the end."""

    def look(runs: _Runs, timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001
        well = sum(runs[each]["ok"] for each in journeys)
        failed = sum(runs[each]["failed"] for each in journeys)
        figures = (
            Figure(name="runs that failed", value=failed, unit="", target=0, bound="=="),
            Figure(name="runs that went well", value=well, unit=""),
        )
        if ill := wrong(timeline, page):
            return Judgement(state=State.BROKEN, reason=ill, figures=figures)
        if failed:
            why = next(_mostly(runs[each]) for each in journeys if runs[each]["failed"])
            reason = f"{failed} of {well + failed} runs failed{why}"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if well < ENOUGH:
            reason = f"{well} runs are too few to tell, {ENOUGH} are enough"
            return unsettled(over, State.BLIND, reason, figures)
        done = max((each.at for each in commands(timeline, page)), default=now)
        if now < done + LONG:
            reason = "nobody told of users since the region was stopped"
            return unsettled(over, State.BLIND, reason, figures)
        reason = f"none of {well} runs failed"
        # the drill goes on until they have been led back, and looks again
        return unsettled(over or timeline.step("undo") is not None, State.MET, reason, figures)

    return _judged(journeys, look)


def stopped(page: str) -> Callable[[Timeline], bool]:
    """The drained region has been stopped for some seconds."""

    def enough(timeline: Timeline) -> bool:
        done = [each.at for each in timeline.of(kind=FOLLOWED) if each.subject == page]
        return bool(done) and timeline.observations[-1].at >= done[-1] + LONG

    return enough


def _mostly(runs: Mapping[str, Any]) -> str:
    faults = sorted(runs["faults"].items(), key=lambda each: -each[1])
    return f": {faults[0][0]}" if faults else ""


def _judged(
    journeys: tuple[str, ...], look: Callable[[_Runs, Timeline, float, bool], Judgement]
) -> Judge:
    """A judge of what the prober told last since the fault; without it nothing is known."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        if began is None:
            return unsettled(over, State.BLIND, "nothing was injected")
        seen = [each for each in timeline.of(kind=SERVED) if each.at > began]
        if not seen:
            return unsettled(over, State.BLIND, "the prober told nothing")
        runs: _Runs = json.loads(seen[-1].text)
        if any(each not in runs or runs[each]["known"] > began for each in journeys):
            return unsettled(over, State.BLIND, "the prober was started anew meanwhile")
        return look(runs, timeline, seen[-1].at, over)

    return judge
