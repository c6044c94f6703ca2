"""From Prometheus's answers to what a panel draws. Pure.

What is not there is told as such: a gap is None, and a panel without data says since when.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.app.boards.span import Span
from seatrial.contract.board import Level, Panel, Query, level
from seatrial.engines.prometheus import query as prometheus

MOST_LINES = 40  # of a panel: more cannot be told apart
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class State(StrEnum):
    """What a panel has to show."""

    SEEN = "seen"
    EMPTY = "empty"  # rightly without data, with its reason
    MISSING = "missing"  # without data, and it should have some
    ERROR = "error"  # nobody could be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series: a value for each instant of the span, None where there is none.

    `newest` is the value at the end of the span; None where data ended before, at `until`.
    """

    name: str
    labels: Mapping[str, str]
    values: tuple[float | None, ...]
    newest: float | None
    until: float | None
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Why a query could not be asked, in a sentence."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One panel with its figures.

    `note` is the reason of what is wrong, or rightly empty. `left_out` lines are not shown.
    """

    number: int
    panel: Panel
    state: State
    note: str
    lines: tuple[Line, ...]
    left_out: int = 0

    @property
    def until(self) -> float | None:
        """When there was data last within the span, in seconds since the epoch."""
        return max((each.until for each in self.lines if each.until is not None), default=None)

    @property
    def level(self) -> Level | None:
        """The worst of its newest values; None where there is none, or nothing to hold it to."""
        order = tuple(Level)
        found = [each.level for each in self.lines if each.level is not None]
        return max(found, key=order.index, default=None)


def drawing(
    number: int,
    panel: Panel,
    answers: Sequence[tuple[prometheus.Line, ...] | Unseen],
    span: Span,
    *,
    untold: frozenset[str],
) -> Drawing:
    """What a panel draws of its queries' answers; `untold` are figures that nobody can tell."""
    errors = [each.reason for each in answers if isinstance(each, Unseen)]
    if errors:
        return Drawing(number=number, panel=panel, state=State.ERROR, note=errors[0], lines=())
    found: list[Line] = []
    ended = False
    for query, answer in zip(panel.queries, answers, strict=True):
        if not isinstance(answer, Unseen):
            last = _last(answer, span)
            lines = [_line(panel, query, each, span, last) for each in answer]
            found += lines
            ended = ended or (not query.passing and any(each.until is not None for each in lines))
    found.sort(key=lambda each: each.until or 0.0, reverse=True)  # what ended is left out first
    state, note = _state(panel, found, untold, ended=ended)
    return Drawing(
        number=number,
        panel=panel,
        state=state,
        note=note,
        lines=tuple(found[:MOST_LINES]),
        left_out=max(0, len(found) - MOST_LINES),
    )


def _last(lines: tuple[prometheus.Line, ...], span: Span) -> float:
    """The newest instant of which there are values: the last may wait for its scrape."""
    newest = span.instants[-2:]
    there = {round(at, 3) for each in lines for at in each.values}
    return next((each for each in reversed(newest) if round(each, 3) in there), newest[-1])


def _line(panel: Panel, query: Query, line: prometheus.Line, span: Span, last: float) -> Line:
    instants = span.instants
    known = {round(at, 3): value for at, value in line.values.items() if math.isfinite(value)}
    values = tuple(known.get(round(at, 3)) for at in instants)
    until = max(known, default=None)
    newest = known.get(round(last, 3))
    return Line(
        name=legend(query.legend, line.labels),
        labels=line.labels,
        values=values,
        newest=newest,
        until=until,
        level=level(panel.thresholds, newest) if panel.thresholds and newest is not None else None,
    )


def legend(template: str, labels: Mapping[str, str]) -> str:
    """A series' name: `replica {{replica}}` with its labels filled in."""
    return _LABEL.sub(lambda match: labels.get(match[1], ""), template).strip()


def columns(template: str) -> tuple[str, ...]:
    """The labels that a legend names."""
    return tuple(_LABEL.findall(template))


def _state(
    panel: Panel, lines: Sequence[Line], untold: frozenset[str], *, ended: bool
) -> tuple[State, str]:
    if any(each.newest is not None for each in lines):
        return State.SEEN, ""
    if ended:  # there was something, and it is gone: lost, whatever may be rightly absent
        return State.MISSING, ""
    if not any(not each.empty and each.untold not in untold for each in panel.queries):
        reason = next((each.empty for each in panel.queries if each.empty), "")
        return State.EMPTY, reason or "nobody can tell it on this machine"
    return State.MISSING, ""
