"""What a timeline must show of a copy that took its store's place, and of the way back. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.capabilities.backup.in_place.procedures import AWAY, TAKE
from seatrial.capabilities.backup.in_place.trail import KIND, Count, Look, Row, Trail
from seatrial.contract import followed
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A trail, with when each page's order was given, and what was wrong with the page."""

    trail: Trail
    between: tuple[float, float]
    replaced: float
    returned: float | None
    wrong: str
    took: tuple[Figure, ...]

    @property
    def brought(self) -> Look | None:
        """The first look at what the copy had brought, before anything was written into it."""
        return self._first(self.replaced, self.returned)

    @property
    def again(self) -> Look | None:
        """The first look at what the store had, when it had taken its place again."""
        return None if self.returned is None else self._first(self.returned, None)

    def into(self, look: Look) -> tuple[Row, ...]:
        """What was sent to what the copy had brought."""
        until = self.again.at if self.again is not None else math.inf
        return tuple(each for each in self.trail.rows if look.at <= each.sent < until)

    def _first(self, since: float, until: float | None) -> Look | None:
        found = (
            each
            for each in self.trail.looks
            if each.at > since and (until is None or each.at < until)
        )
        return next(found, None)


def replaced(store: str, rto: float, page: str, back: str) -> Judge:
    """The store had what it had at the moment, nothing more, and took writes again.

    It was away for `rto` seconds at most.
    """

    def judge(seen: _Seen) -> Judgement:
        trail, look = seen.trail, seen.brought
        if look is None:
            return _ended(seen, "nobody could look at what the copy had brought", ())
        before = trail.count(look, lambda row: (row.acknowledged or 0) <= seen.between[0])
        after = trail.count(look, lambda row: row.sent > seen.between[1])
        away = _away(seen, seen.replaced, seen.returned)
        figures = (
            *_lost("rows acknowledged before the moment", before),
            Figure(name="rows written after", value=after.written, unit=""),
            Figure(name="of these there", value=after.there, unit="", target=0, bound="=="),
            Figure(name=AWAY, value=away, unit="s", target=rto, bound="<="),
            *seen.took,
        )
        if not before.written or not after.written:
            reason = "no row was written before or after the moment"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        if not any(each.acknowledged is not None for each in seen.into(look)):
            reason = "it took no write once the copy had its place"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        reason = (
            f"of {before.written} rows before the moment {before.written - before.there} are lost,"
            f" of {after.written} after it {after.there} are there; it was away for {away:.1f} s"
        )
        return _ended(seen, reason, figures)

    return _judged(store, page, back, judge, whose=page)


def returned(store: str, rto: float, page: str, back: str) -> Judge:
    """It has all that it had before, and nothing that was written since; it takes writes again."""

    def judge(seen: _Seen) -> Judgement:
        first, second = seen.brought, seen.again
        if seen.returned is None or first is None or second is None:
            reason = seen.wrong or "nobody had it take its place again"
            return Judgement(state=State.BROKEN if seen.wrong else State.BLIND, reason=reason)
        trail = seen.trail
        look = trail.looks[-1]
        # by the looks: what is written until the server is stopped is of what it had then
        had = trail.count(look, lambda row: row.sent < first.at)
        between = trail.count(look, lambda row: first.at <= row.sent < second.at)
        since = trail.count(look, lambda row: row.sent >= second.at)
        away = _away(seen, seen.returned, None)
        figures = (
            *_lost("rows that it had", had),
            Figure(name="rows written between", value=between.written, unit=""),
            Figure(name="of these there", value=between.there, unit="", target=0, bound="=="),
            *_lost("rows written since", since, of="of these since lost"),
            Figure(name=AWAY, value=away, unit="s", target=rto, bound="<="),
            *seen.took,
        )
        if not had.written or not between.written:
            reason = "no row was written before or between"
            return _ended(seen, reason, figures, otherwise=State.BLIND)
        reason = (
            f"of {had.written} rows that it had {had.written - had.there} are lost, of"
            f" {between.written} written between {between.there} are there; it was away for"
            f" {away:.1f} s"
        )
        if not since.written:
            return Judgement(
                state=State.BROKEN, reason=f"{reason}; no write since", figures=figures
            )
        return _ended(seen, reason, figures)

    return _judged(store, page, back, judge, whose=back)


def _ended(
    seen: _Seen, reason: str, figures: tuple[Figure, ...], otherwise: State = State.MET
) -> Judgement:
    """Broken where the page or a figure is; a look that found nothing decides nothing."""
    if seen.wrong or not all(each.holds for each in figures):
        reason = f"{reason}; {seen.wrong}" if seen.wrong else reason
        return Judgement(state=State.BROKEN, reason=reason, figures=figures)
    state = otherwise if figures else State.BLIND
    return Judgement(state=state, reason=reason, figures=figures)


def _lost(name: str, count: Count, of: str = "of these lost") -> tuple[Figure, ...]:
    lost = count.written - count.there
    return (
        Figure(name=name, value=count.written, unit=""),
        Figure(name=of, value=lost, unit="", target=0, bound="=="),
    )


def _away(seen: _Seen, since: float, until: float | None) -> float:
    """From the last row that was acknowledged to the next one, around a change of places."""
    rows = tuple(each for each in seen.trail.rows if until is None or each.sent < until)
    looks: tuple[Look, ...] = ()
    return Trail(between=None, rows=rows, looks=looks).away(since)


def _judged(
    store: str, page: str, back: str, judge: Callable[[_Seen], Judgement], *, whose: str
) -> Judge:
    """A judge of what was written while both pages were followed."""

    def judged(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        unknown = State.BLIND if over else State.PENDING
        seen = [each for each in timeline.of(kind=KIND) if each.subject == store]
        wrong = followed.wrong(timeline, whose)
        order = followed.ordered(timeline, page, TAKE)
        ends = [each.at for each in followed.commands(timeline, back)]
        if not seen or not ends or seen[-1].at < ends[-1]:
            return Judgement(state=unknown, reason=wrong or "nobody told what was written since")
        trail = Trail.of(seen[-1].text)
        if order is None or trail.between is None or not trail.looks:
            state = State.BROKEN if wrong or followed.commands(timeline, page) else State.BLIND
            reason = wrong or "no copy took the place of the store"
            return Judgement(state=state, reason=reason)
        return judge(
            _Seen(
                trail=trail,
                between=trail.between,
                replaced=order,
                returned=followed.ordered(timeline, back, TAKE),
                wrong=wrong,
                took=followed.took(timeline, whose),
            )
        )

    return judged
