"""What a timeline must show of a restore. Pure."""

import json
from collections.abc import Callable
from typing import Any

from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

Told = dict[str, Any]
HOLDS = "t"  # PostgreSQL's true
_ARCHIVE = frozenset({"archive"})
_RESTORING = frozenset({"restore", "replay", "rows"})  # what fails before says nothing of a restore
BROKEN_OFF = "it was broken off"  # as the daemon tells of what was not let end


def judged(store: str, judge: Callable[[Told], Judgement]) -> Judge:
    """A judge of what the drill told; without it nothing is known."""

    def judged(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        began = timeline.step("inject")
        seen = [
            each
            for each in timeline.of(kind=RESTORED)
            if each.subject == store and began is not None and each.at >= began
        ]
        if not seen:
            reason = "the drill has not ended" if began is not None else "no drill was begun"
            return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)
        return judge(json.loads(seen[-1].text))

    return judged


def untold(told: Told, steps: frozenset[str], otherwise: str) -> Judgement:
    """Of a drill that came to nothing: broken where one of these steps failed, else nothing."""
    failed = f"{told['step'] or 'it'} failed: {told['error']}"
    if told["step"] in steps and told["error"] != BROKEN_OFF:
        return Judgement(state=State.BROKEN, reason=failed)
    return Judgement(state=State.BLIND, reason=f"{otherwise}: {failed}")


def of_rows(rows: Told) -> tuple[Figure, ...]:
    """What was counted of rows, around the moment at which it should have stopped."""
    return (
        Figure(name="rows acknowledged before", value=rows["before"], unit=""),
        Figure(name="of these lost", value=rows["lost"], unit="", target=0, bound="=="),
        Figure(name="rows written after", value=rows["after"], unit=""),
        Figure(name="of these there", value=rows["beyond"], unit="", target=0, bound="=="),
    )


def exact(store: str, rto: float) -> Judge:
    """Each row that was acknowledged by the instant is there, and none that was sent later."""

    def judge(told: Told) -> Judgement:
        if "rows" not in told:
            return untold(told, _RESTORING, "nothing was restored")
        rows = told["rows"]
        took = told["restored"] + told["replayed"]
        figures = (
            *of_rows(rows),
            Figure(name="around the instant", value=rows["gap"], unit="s"),
            Figure(name="restore", value=took, unit="s", target=rto, bound="<="),
            Figure(name="of this replay", value=told["replayed"], unit="s"),
            Figure(name="size", value=told["size"], unit="B"),
        )
        if not rows["before"] or not rows["after"]:
            reason = "no row was written before or after the instant"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        held = all(each.holds for each in figures)
        reason = (
            f"of {rows['before']} rows before the instant {rows['lost']} are lost, of"
            f" {rows['after']} after it {rows['beyond']} are there; it took {took:.1f} s"
        )
        return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)

    return judged(store, judge)


def archived(store: str, rpo: float) -> Judge:
    """What is written reaches the repository soon enough that no more than the RPO is lost."""

    def judge(told: Told) -> Judgement:
        if "pushed" not in told:
            return untold(told, _ARCHIVE, "nothing was archived")
        timeout, pushed = float(told["archive_timeout"]), told["pushed"]
        figures = (
            Figure(name="segment to repository", value=pushed, unit="s"),
            Figure(name="open segment at most", value=timeout, unit="s"),
            Figure(name="lost at most", value=timeout + pushed, unit="s", target=rpo, bound="<="),
        )
        on = told["mode"] == "on" and timeout > 0
        held = on and all(each.holds for each in figures)
        reason = (
            f"a segment is closed after {timeout:.0f} s at most, and was in the repository"
            f" {pushed:.2f} s later"
            if on
            else "the server closes no segment that is not full"
        )
        return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)

    return judged(store, judge)


def whole(store: str, names: tuple[str, ...]) -> Judge:
    """Each invariant of the store, and the drill's own, holds in the copy."""

    def judge(told: Told) -> Judgement:
        if "invariants" not in told:
            reason = f"there is no copy to look at: {told['error']}"
            return Judgement(state=State.BLIND, reason=reason)
        answers = told["invariants"]
        unasked = [each for each in names if each not in answers]
        broken = [each for each, answer in answers.items() if answer != HOLDS]
        figures = (
            Figure(
                name="invariants that hold",
                value=len(answers) - len(broken),
                unit="",
                target=len(answers),
                bound="==",
            ),
        )
        if unasked:
            reason = f"not asked: {', '.join(unasked)}"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        if broken:
            told_of = "; ".join(f"{each}: {answers[each]}" for each in broken)
            reason = f"in the copy does not hold: {told_of}"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        return Judgement(
            state=State.MET, reason=f"all {len(answers)} hold in the copy", figures=figures
        )

    return judged(store, judge)
