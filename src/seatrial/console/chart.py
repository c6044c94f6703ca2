"""A panel's lines as plain shapes: what paper, and a browser without scripts, show. Pure.

The drawing is 600 wide and 160 high, and stretched to its place; its texts stand outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.app.boards import Drawing, Line
from seatrial.console.words import ticks, value
from seatrial.contract.board import Level, Unit

WIDE, HIGH = 600.0, 160.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line across: a step of the axis, or a threshold. `at` is in percent from the top."""

    at: float
    text: str
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Paths (an SVG path's `d`, one a line; areas below them where it is stacked), and marks."""

    paths: tuple[str, ...]
    areas: tuple[str, ...]
    steps: tuple[Mark, ...]
    thresholds: tuple[Mark, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of a heatmap: its place, in the drawing's units, and how much of the most it has."""

    x: float
    y: float
    wide: float
    high: float
    share: float
    text: str


def chart(drawing: Drawing) -> Chart:
    """The lines of a panel."""
    panel = drawing.panel
    tops = _stacked(drawing.lines) if panel.stacked else [each.values for each in drawing.lines]
    known = [each for line in tops for each in line if each is not None]
    limits = [each.at for each in panel.thresholds if each.at is not None]
    low, high = min([0.0, *known]), max(known, default=1.0)
    # a threshold far above what is drawn would press all lines to the ground
    high = max([high, *(each for each in limits if each <= high * 2.5)]) or 1.0
    whole = panel.unit is Unit.COUNT and all(each.is_integer() for each in known)
    steps = ticks(low, high, panel.unit, whole=whole)
    low, high = steps[0], max(steps[-1], low + 1e-9)

    def across(figure: float) -> float:
        return 100 - 100 * (figure - low) / (high - low)

    bottoms: list[Sequence[float | None]] = [[0.0] * len(tops[0])] if tops else []
    return Chart(
        paths=tuple(_path(each, low, high) for each in tops),
        areas=tuple(
            _area(each, under, low, high)
            for each, under in zip(tops, bottoms + tops[:-1], strict=True)
        )
        if panel.stacked
        else (),
        steps=tuple(Mark(at=across(each), text=value(each, panel.unit)) for each in steps),
        thresholds=tuple(
            Mark(at=across(each.at), text=value(each.at, panel.unit), level=each.level)
            for each in panel.thresholds
            # at the very ground it would look like an axis in alarm
            if each.at is not None and low + (high - low) / 50 <= each.at <= high
        ),
        low=low,
        high=high,
    )


def _stacked(lines: Sequence[Line]) -> list[Sequence[float | None]]:
    """Each line upon those before it; where a line has no value it adds none."""
    found: list[Sequence[float | None]] = []
    for line in lines:
        below = found[-1] if found else (None,) * len(line.values)
        found.append(
            [
                None if own is None and under is None else (own or 0.0) + (under or 0.0)
                for own, under in zip(line.values, below, strict=True)
            ]
        )
    return found


def _points(values: Sequence[float | None], low: float, high: float) -> list[list[str]]:
    """The runs of values that are there, as points."""
    runs: list[list[str]] = [[]]
    last = max(1, len(values) - 1)
    for place, each in enumerate(values):
        if each is None:
            runs.append([])
            continue
        y = HIGH - HIGH * (each - low) / (high - low)
        runs[-1].append(f"{WIDE * place / last:.1f} {y:.1f}")
    return [each for each in runs if each]


def _path(values: Sequence[float | None], low: float, high: float) -> str:
    runs = _points(values, low, high)
    # a value alone would be a path without length
    return "".join(f"M{' L'.join(run if len(run) > 1 else [run[0], run[0]])}" for run in runs)


def _area(
    values: Sequence[float | None], under: Sequence[float | None], low: float, high: float
) -> str:
    """What lies between a line and the one below it."""
    filled = [each if each is not None else 0.0 for each in values]
    base = [each if each is not None else 0.0 for each in under]
    top = _points(filled, low, high)
    bottom = _points(base, low, high)
    if not top or not bottom:
        return ""
    return f"M{' L'.join(top[0])} L{' L'.join(reversed(bottom[0]))} Z"


def cells(drawing: Drawing, columns: int = 60) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """A heatmap's fields, and the names of its rows from the bottom up.

    Each series counts what is at most its `le`; a row is what is between two of them.
    """
    named = [each for each in drawing.lines if each.labels.get("le")]
    rows = sorted(named, key=lambda each: float(each.labels["le"]))
    if not rows:
        return (), ()
    count = len(rows[0].values)
    every = max(1, -(-count // columns))
    places = range(0, count, every)
    counts = [[_between(rows, row, place, every) for place in places] for row in range(len(rows))]
    used = [at for at, row in enumerate(counts) if any(row)]
    if not used:
        return (), ()
    first, last = used[0], used[-1]
    most = max(max(each) for each in counts) or 1.0
    high = HIGH / (last - first + 1)
    wide = WIDE / len(places)
    names = tuple(_bucket(rows[at].labels["le"], drawing) for at in range(first, last + 1))
    found = tuple(
        Cell(
            x=column * wide,
            y=HIGH - (at - first + 1) * high,
            wide=wide,
            high=high,
            share=round(count_ / most, 3),
            text=f"{names[at - first]}: {count_:.0f}",
        )
        for at in range(first, last + 1)
        for column, count_ in enumerate(counts[at])
        if count_ > 0
    )
    return found, names


def _between(rows: Sequence[Line], row: int, place: int, every: int) -> float:
    """How many in this bucket alone, within these columns."""
    here = [each or 0.0 for each in rows[row].values[place : place + every]]
    below = [each or 0.0 for each in rows[row - 1].values[place : place + every]] if row else []
    return max(0.0, sum(here) - sum(below))


def _bucket(limit: str, drawing: Drawing) -> str:
    return "more" if limit == "+Inf" else f"≤ {value(float(limit), drawing.panel.unit)}"
