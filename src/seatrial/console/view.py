"""A board as its page shows it: values for the templates, no markup. Pure."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from seatrial.app.boards import Drawing, Line, Span, State, columns
from seatrial.console.chart import Cell, Chart, cells, chart
from seatrial.console.words import value
from seatrial.contract.board import Board, Kind, Level, Onward, Panel

COLORS = 8  # in the style sheet, from c0 on
RANGES = ("15m", "1h", "6h", "24h", "7d", "30d")
NAMED: dict[Level | None, str] = {
    Level.GOOD: "good",
    Level.WARN: "watch it",
    Level.BAD: "bad",
    None: "",
}
Way = Callable[[Onward], str]  # a link's address; empty: nowhere here


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a legend, table or bar: `share` is a bar's length in percent.

    `cells` are a table's columns, beside the figure.
    """

    name: str
    text: str
    level: str
    color: int
    share: float = 0.0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One panel."""

    drawing: Drawing
    level: str
    word: str
    note: str
    entries: tuple[Entry, ...]
    links: tuple[tuple[str, str], ...]  # title, address
    columns: tuple[str, ...] = ()
    chart: Chart | None = None
    cells: tuple[Cell, ...] = ()
    buckets: tuple[str, ...] = ()
    data: str = ""

    @property
    def panel(self) -> Panel:
        """What is declared."""
        return self.drawing.panel


def shown(drawing: Drawing, span: Span, way: Way) -> Shown:
    """One panel with all its words."""
    panel = drawing.panel
    lines = drawing.lines
    if panel.kind in {Kind.STAT, Kind.TABLE, Kind.BARS}:
        lines = tuple(each for each in lines if each.newest is not None)
    graph = chart(drawing) if panel.kind is Kind.LINES and lines else None
    fields, buckets = cells(drawing) if panel.kind is Kind.HEATMAP else ((), ())
    level = _level(drawing)
    return Shown(
        drawing=drawing,
        level=level,
        word=_word(drawing),
        note=_note(drawing),
        entries=() if panel.kind is Kind.HEATMAP else tuple(_entries(panel, lines)),
        links=tuple((each.title, to) for each in panel.links if (to := way(each))),
        columns=_columns(panel),
        chart=graph,
        cells=fields,
        buckets=buckets,
        data=_data(drawing, graph, span) if graph is not None else "",
    )


def _columns(panel: Panel) -> tuple[str, ...]:
    return columns(panel.queries[0].legend) if panel.kind is Kind.TABLE else ()


def _level(drawing: Drawing) -> str:
    match drawing.state:
        case State.MISSING | State.ERROR:
            return "unknown"
        case State.EMPTY:
            return "none"
        case _:
            return drawing.level.value if drawing.level is not None else "none"


def _word(drawing: Drawing) -> str:
    match drawing.state:
        case State.MISSING:
            return "no data"
        case State.ERROR:
            return "cannot be asked"
        case _:
            return NAMED[drawing.level] if drawing.state is State.SEEN else ""


def _note(drawing: Drawing) -> str:
    """What is to be said in place of figures; never a figure that nobody saw."""
    match drawing.state:
        case State.ERROR:
            return drawing.note
        case State.EMPTY:
            return f"nothing to show: {drawing.note}"
        case State.MISSING if drawing.until is not None:
            return f"no data since {clock(drawing.until)}"
        case State.MISSING:
            return "no data in this range"
        case _:
            more = drawing.left_out
            return f"{more} more not shown" if more else ""


def _entries(panel: Panel, lines: Sequence[Line]) -> Iterable[Entry]:
    placed = [(each, place) for place, each in enumerate(lines)]
    if panel.kind in {Kind.BARS, Kind.TABLE}:
        placed.sort(key=lambda each: -(each[0].newest or 0.0))
    most = max((abs(each.newest) for each in lines if each.newest is not None), default=0.0)
    for line, place in placed:
        yield Entry(
            name=line.name or "value",
            text=_text(panel, line),
            level=line.level.value if line.level is not None else "",
            color=place % COLORS,
            cells=tuple(line.labels.get(each, "") for each in _columns(panel)),
            share=round(100 * abs(line.newest) / most, 1) if line.newest and most else 0.0,
        )


def _text(panel: Panel, line: Line) -> str:
    if line.newest is not None:
        return value(line.newest, panel.unit)
    return f"no data since {clock(line.until)}" if line.until is not None else "no data"


def _data(drawing: Drawing, graph: Chart, span: Span) -> str:
    """What the script draws from: one array of instants, one of values a line."""
    return json.dumps(
        {
            "unit": drawing.panel.unit.value,
            "stacked": drawing.panel.stacked,
            "low": graph.low,
            "high": graph.high,
            "steps": [(each, text) for each, text in _steps(graph)],
            "names": [each.name or "value" for each in drawing.lines],
            "instants": span.instants,
            "values": [each.values for each in drawing.lines],
            "thresholds": [
                (each.at, each.level.value)
                for each in drawing.panel.thresholds
                if each.at is not None
            ],
        },
        separators=(",", ":"),
    ).replace("<", "\\u003c")  # it stands in a script element


def _steps(graph: Chart) -> Iterable[tuple[float, str]]:
    for each in graph.steps:
        yield graph.low + (100 - each.at) / 100 * (graph.high - graph.low), each.text


def clock(instant: float, *, day: bool = True) -> str:
    """A time of this machine's day; with its date where that is not today's."""
    moment = datetime.fromtimestamp(instant).astimezone()
    if not day or moment.date() == datetime.now().astimezone().date():
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%d %b %H:%M")


def edges(span: Span) -> tuple[str, str, str]:
    """What stands below an axis of time: its beginning, middle and end."""
    long = span.end - span.start > 86400  # noqa: PLR2004 - a day
    form = "%d %b %H:%M" if long else "%H:%M"
    every = (span.start, (span.start + span.end) / 2, span.end)
    first, middle, last = (
        datetime.fromtimestamp(each).astimezone().strftime(form) for each in every
    )
    return first, middle, last


def grouped(boards: Sequence[Board]) -> tuple[tuple[str, tuple[Board, ...]], ...]:
    """Boards by what they are about, in the order of the declarations."""
    titles = {
        "overview": "System",
        "business": "System",
        "service": "Services",
        "store": "Stores",
        "infrastructure": "Machines",
        "monitoring": "Machines",
    }
    return tuple(
        (title, tuple(each))
        for title, each in groupby(boards, key=lambda board: titles[board.scope.value])
    )
