"""Boards: what people look at. Declared once, drawn by Grafana and by seatrial itself.

A panel speaks PromQL and names no address and no product: whoever draws it adds both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

WINDOW = "$window"  # in a query: the range that rates are taken over, as wide as the drawing needs
LEAST_WINDOW = "1m"  # four samples of the slowest scrape that is the default


class Kind(StrEnum):
    """How a panel is drawn."""

    LINES = "lines"  # over time
    STAT = "stat"  # the newest value, large
    TABLE = "table"  # the newest values, a row a series
    BARS = "bars"  # the newest values, a bar a series
    HEATMAP = "heatmap"  # over time, one row a bucket (`le`); its query counts below each `le`


class Unit(StrEnum):
    """What a panel's numbers are; how they are written follows from it."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1, written as percent
    PER_SECOND = "per second"
    SECONDS = "seconds"
    BYTES = "bytes"
    BYTES_PER_SECOND = "bytes per second"
    CORES = "cores"
    YES_NO = "yes or no"  # 1 or 0


class Level(StrEnum):
    """What a value means."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From the value `at` upwards a figure is of this level; None: from the very lowest."""

    at: float | None
    level: Level


Thresholds = tuple[Threshold, ...]


def above(warn: float | None, bad: float | None) -> Thresholds:
    """More is worse."""
    found = [Threshold(at=None, level=Level.GOOD)]
    if warn is not None:
        found.append(Threshold(at=warn, level=Level.WARN))
    if bad is not None:
        found.append(Threshold(at=bad, level=Level.BAD))
    return tuple(found)


def below(good: float, warn: float | None = None) -> Thresholds:
    """Less is worse: good from `good` upwards, a warning from `warn` upwards, bad below."""
    found = [Threshold(at=None, level=Level.BAD)]
    if warn is not None:
        found.append(Threshold(at=warn, level=Level.WARN))
    return (*found, Threshold(at=good, level=Level.GOOD))


def level(thresholds: Thresholds, value: float) -> Level:
    """What a value means; good where nobody says."""
    found = Level.GOOD
    for each in thresholds:
        if each.at is None or value >= each.at:
            found = each.level
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One PromQL expression of a panel.

    `legend` names a series by its labels (`{{replica}}`). `empty` says, in a sentence, when it
    rightly has no result; `untold` is the figure (`cpu`) of which `container_figure_unknown` may
    say that nobody can tell it here. With neither, no result is a fault. `passing` are series that
    come and go, as alerts do: of all others one that ended is a fault, too, whatever `empty` says.
    `every` is how often, in seconds, its series are written where that is more rarely than they are
    scraped.
    """

    expr: str
    legend: str
    empty: str = ""
    untold: str = ""
    passing: bool = False
    every: float = 0.0

    def over(self, window: str) -> str:
        """The expression with rates taken over this window (`1m`, `$__rate_interval`)."""
        return self.expr.replace(WINDOW, window)


class Target(StrEnum):
    """Where a link leads."""

    BOARD = "board"
    RUNBOOK = "runbook"
    LOGS = "logs"
    TRACES = "traces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A link to a board (`subject` is its uid), or to the runbook, logs or traces of a subject.

    Whoever draws it keeps the range of time.
    """

    target: Target
    subject: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One drawing: what it shows, in which unit, from when on it is bad, and what to do then.

    `alerts` are the names of the alerts that watch the same figures. `subject` is whose they are.
    `width` is in twenty-fourths of a row.
    """

    title: str
    unit: Unit
    queries: tuple[Query, ...]
    description: str
    subject: str
    kind: Kind = Kind.LINES
    thresholds: Thresholds = ()
    links: tuple[Onward, ...] = ()
    alerts: tuple[str, ...] = ()
    width: int = 8
    stacked: bool = False

    @property
    def slug(self) -> str:
        """Its title as a name in an address; unique within a board."""
        kept = "".join(each if each.isalnum() else " " for each in self.title.lower())
        return "-".join(kept.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels that answer one question."""

    title: str
    panels: tuple[Panel, ...]


class Scope(StrEnum):
    """What a board is about; boards are listed in this order."""

    OVERVIEW = "overview"
    BUSINESS = "business"
    SERVICE = "service"
    STORE = "store"
    INFRASTRUCTURE = "infrastructure"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One page. `uid` is fixed for ever: links lead to it (letters, digits, `-`; at most 40).

    `requirements` are the items that it is shown for, `depends` the dotted paths of the file that
    its figures rest on. `central`: its figures are those of all regions, and are asked for where
    they meet; those of any other board are of the home region.
    """

    uid: str
    title: str
    summary: str
    scope: Scope
    rows: tuple[Row, ...]
    subject: str = ""
    owner: str = ""
    links: tuple[Onward, ...] = ()
    requirements: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    central: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, in order; a panel's number in an address is its place here, from 1."""
        return tuple(panel for row in self.rows for panel in row.panels)


# A range of time as addresses write it: `from_ms`, `to_ms` since the epoch, `from_iso`, `to_iso`
# (RFC 3339), and `seconds` before its end that are shown.
Times = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Where a workload shows logs or traces to people.

    `path` is a template: `{subject}` and the keys of `Times` are filled in.
    `whole` is that of everything, for a link without a subject; empty: it cannot show that.
    """

    target: Target
    workload: str
    port: str
    path: str
    whole: str = ""

    def address(self, subject: str, times: Times) -> str:
        """The path that shows a subject, or everything, within a range of time; or empty."""
        template = self.path if subject else self.whole
        return template.format(subject=subject, **times)


Drawn = Mapping[tuple[str, str], str]  # (alert, subject) to an address


def drawn(boards: tuple[Board, ...], base: str) -> Drawn:
    """Where each alert's figures are drawn, below the address `base`, in Grafana's own form.

    ("", subject) is the subject's board, ("", "") the first board.
    """
    found: dict[tuple[str, str], str] = {}
    for board in boards:
        found.setdefault(("", ""), f"{base}d/{board.uid}")
        found.setdefault(("", board.subject), f"{base}d/{board.uid}")
        for number, panel in enumerate(board.panels, start=1):
            for alert in panel.alerts:
                path = f"{base}d/{board.uid}?viewPanel={number}"
                found.setdefault((alert, panel.subject), path)
    return found


def address_of(where: Drawn, alert: str, subject: str) -> str:
    """The panel that watches the same as an alert, else its subject's board, else the first."""
    keys = ((alert, subject), ("", subject), ("", ""))
    return next((where[each] for each in keys if each in where), "")
