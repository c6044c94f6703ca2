"""What a timeline must show of a store that is moved to another region, and back. Pure."""

from collections.abc import Collection

from seatrial.capabilities.failover.told import (
    NO_WRITE,
    Told,
    fates,
    judged,
    longest,
    unsettled,
    writing,
)
from seatrial.contract.followed import commands, took
from seatrial.contract.followed import ordered as ordered_at
from seatrial.contract.followed import wrong as wrong_of
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline

_ORDER = "--yes"  # what the command has that does it, where others only look


def moved(store: str, rto: float, there: Collection[str], page: str) -> Judge:
    """The page was followed, and one of the members `there` takes writes within `rto` seconds."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        wrong, ordered = wrong_of(timeline, page), ordered_at(timeline, page, _ORDER)

        def look(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
            gap = longest(told["gaps"]["writes"], began)
            figures = (
                Figure(name=NO_WRITE, value=gap, unit="s", target=rto, bound="<="),
                *_since(told, ordered),
                *took(timeline, page),
            )
            reason = f"for {gap:.1f} s no write was acknowledged, {rto:.0f} s may be"
            if wrong or not all(each.holds for each in figures):
                return Judgement(state=State.BROKEN, reason=wrong or reason, figures=figures)
            by = [each["member"] for each in told["primaries"] if each["member"] in there]
            if ordered is None:
                return unsettled(over, State.BLIND, "nobody ordered it", figures)
            if not by or not writing(told):
                return unsettled(over, State.BROKEN, "nobody there has taken writes", figures)
            return Judgement(state=State.MET, reason=f"{reason}; by {by[-1]}", figures=figures)

        return judged(store, look)(timeline, now, over)

    return judge


def moved_alone(store: str, bound: float, there: Collection[str]) -> Judge:
    """Nobody ordered it, and one of the members `there` takes writes within `bound` seconds."""

    def look(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
        gap = longest(told["gaps"]["writes"], began)
        figures = (Figure(name=NO_WRITE, value=gap, unit="s", target=bound, bound="<="),)
        reason = f"for {gap:.1f} s no write was acknowledged, {bound:.0f} s may be"
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        by = [each["member"] for each in told["primaries"] if each["member"] in there]
        if not by or not writing(told):
            return unsettled(over, State.BROKEN, "nobody there has taken writes", figures)
        return Judgement(
            state=State.MET, reason=f"{reason}; by {by[0]}, by itself", figures=figures
        )

    return judged(store, look)


def bounded(store: str, rpo: float, there: Collection[str]) -> Judge:
    """What is lost of the acknowledged writes, once one of these took over, was of `rpo` seconds.

    They are looked for where the store is then.
    """

    def look(told: Told, _began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
        lost, count = told["lost"], told["writes"]["acknowledged"]
        if lost is None:
            return unsettled(over, State.BLIND, "nobody could look for what was written")
        figures = fates(told, seconds=rpo)
        reason = f"{lost['rows']} of {count} acknowledged writes are gone"
        reason += f", written within {lost['seconds']:.1f} s; {rpo:.0f} s may be"
        if not any(each["member"] in there for each in told["primaries"]):
            return unsettled(over, State.BLIND, "nobody there has taken writes", figures)
        if not all(each.holds for each in figures):
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not writing(told):
            return unsettled(over, State.BLIND, "nobody could look since", figures)
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judged(store, look)


def returned(store: str, home: Collection[str], page: str) -> Judge:
    """The page was followed, and one of the members at `home` took writes when it was done.

    Not later: whoever is led home by the undo was not led there by the page.
    """

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        wrong, ordered = wrong_of(timeline, page), ordered_at(timeline, page, _ORDER)

        def look(told: Told, _began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
            if ordered is None:
                return unsettled(over, State.BLIND, wrong or "nobody moved it back")
            gap = longest(told["gaps"]["writes"], ordered)
            figures = (Figure(name=NO_WRITE, value=gap, unit="s"), *took(timeline, page))
            done = max(each.at for each in commands(timeline, page))
            seen = [each["member"] for each in told["primaries"] if each["at"] <= done]
            last = seen[-1] if seen else ""
            away = [each for each in told["primaries"] if each["member"] not in home]
            if not any(each["at"] < ordered for each in away):
                return unsettled(over, State.BLIND, "it was never away", figures)
            if wrong or last not in home or not writing(told):
                reason = wrong or f"{last or 'nobody'} takes the writes"
                return unsettled(over, State.BROKEN, reason, figures)
            reason = f"for {gap:.1f} s no write was acknowledged on the way back; by {last}"
            return unsettled(over, State.MET, reason, figures)

        return judged(store, look)(timeline, now, over)

    return judge


def _since(told: Told, ordered: float | None) -> tuple[Figure, ...]:
    """From the order to the first write that was acknowledged."""
    ends = (each["ended"] for each in told["gaps"]["writes"]["spans"])
    later = [each - ordered for each in ends if ordered is not None and (each or 0.0) > ordered]
    return (Figure(name="from the order to a write", value=later[0], unit="s"),) if later else ()
