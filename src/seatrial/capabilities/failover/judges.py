"""What a timeline must show of a failover. Pure.

All of it is of writes that were sent all the time: what was acknowledged, what is there, and by
whom it was taken.
"""

import json
from collections.abc import Collection

from seatrial.capabilities.failover.told import (
    HOLDS,
    NO_WRITE,
    Told,
    fates,
    judged,
    longest,
    primaries,
    unsettled,
    writing,
)
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline


def kept(store: str) -> Judge:
    """Each write that was acknowledged is there, once writes are acknowledged again."""

    def judge(told: Told, _began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
        lost, counts = told["lost"], told["writes"]
        if lost is None:
            return unsettled(over, State.BLIND, "nobody could look for what was written")
        figures = fates(told, rows=0)
        if lost["rows"]:
            reason = f"{lost['rows']} of {counts['acknowledged']} acknowledged writes are gone"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not counts["acknowledged"] or not writing(told):
            reason = "no write was acknowledged since, so that nobody could look"
            return unsettled(over, State.BLIND, reason, figures)
        reason = f"all {counts['acknowledged']} acknowledged writes are there"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judged(store, judge)


def resumed(store: str, within: float, *, moves: bool, felt: bool = False) -> Judge:
    """Writes are acknowledged again in time: by another member where it `moves`, else the same.

    Where the fault must be `felt` a write has to have failed: what is over within the pace of the
    writers leaves no gap, and one that nobody felt shows nothing.
    """

    def judge(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
        writes, reads = (longest(told["gaps"][each], began) for each in ("writes", "reads"))
        figures: tuple[Figure, ...] = (
            Figure(name=NO_WRITE, value=writes, unit="s", target=within, bound="<="),
            Figure(name="no read", value=reads, unit="s"),
        )
        reason = f"for {writes:.1f} s no write was acknowledged, {within:.0f} s may be"
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not writing(told):
            reason = f"no write has been acknowledged for {told['gaps']['writes']['open']:.1f} s"
            return unsettled(over, State.BROKEN, reason, figures)
        before, after = primaries(told, began)
        if not before or not after:
            return unsettled(over, State.BLIND, "nobody saw who took the writes", figures)
        if moves is (before == after):
            other = f"{after} took them {'again' if moves else f'instead of {before}'}"
            return unsettled(over, State.BROKEN, f"{reason}; {other}", figures)
        failed = told["writes"]["refused"] + told["writes"]["unknown"]
        if felt:
            figures = (*figures, Figure(name="writes that failed", value=failed, unit=""))
            reason = f"{failed} writes failed, and {reason}"
            if not failed:
                return unsettled(over, State.BLIND, "no write felt the fault", figures)
        by = f"by {after}, and before by {before}" if moves else f"by {after} all the time"
        return Judgement(state=State.MET, reason=f"{reason}; {by}", figures=figures)

    return judged(store, judge)


def single(store: str, there: Collection[str] = ()) -> Judge:
    """At no moment two members took writes: said only at the end, for one may come back.

    Where it is about a move, one of the members `there` must have taken some: where nobody took
    over there were no two, and nothing is shown.
    """

    def judge(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
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
            return unsettled(over, State.BLIND, reason, figures)
        if not all(primaries(told, began)):
            return unsettled(over, State.BLIND, "nobody saw who took the writes", figures)
        if there and not any(each["member"] in there for each in told["primaries"]):
            return unsettled(over, State.BLIND, "nobody there has taken writes", figures)
        reason = f"never more than one took writes, in {told['looks']} answers of members"
        return unsettled(over, State.MET, reason, figures)

    return judged(store, judge)


def sound(store: str) -> Judge:
    """What must hold of the store does, as whoever took the writes last answers."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        rounds = [
            json.loads(each.text) for each in timeline.of(kind=HOLDS) if each.subject == store
        ]

        def look(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
            taken = [each["at"] for each in told["primaries"] if each["at"] > began]
            if not taken or not writing(told):
                return unsettled(over, State.BLIND, "nobody has taken over")
            later = [each for each in rounds if (each["began"] or 0.0) > taken[-1]]
            if not later:
                return unsettled(over, State.BLIND, "nobody has asked who takes the writes now")
            answers = later[-1]["answers"]
            figures = (Figure(name="invariants", value=len(answers), unit=""),)
            # what did not hold once does not hold, whatever is answered later
            every = (pair for each in later for pair in each["answers"].items())
            broken = dict.fromkeys(name for name, answer in every if answer == "f")
            if broken:
                reason = f"it does not hold that {' and that '.join(broken)}"
                return Judgement(state=State.BROKEN, reason=reason, figures=figures)
            silent = [f"{name}: {answer}" for name, answer in answers.items() if answer != "t"]
            if silent:
                return unsettled(over, State.BLIND, "; ".join(silent), figures)
            reason = f"all {len(answers)} invariants hold, {', '.join(answers)}"
            return Judgement(state=State.MET, reason=reason, figures=figures)

        return judged(store, look)(timeline, now, over)

    return judge
