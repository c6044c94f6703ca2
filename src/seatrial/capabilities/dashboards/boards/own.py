"""Panels that the file itself declares, as a row of the board that each names."""

from collections.abc import Mapping
from dataclasses import replace

from seatrial.capabilities.dashboards.boards.names import OVERVIEW
from seatrial.capabilities.dashboards.settings import Drawn
from seatrial.contract.board import Board, Panel, Query, Row, Thresholds, Unit, above, below
from seatrial.system.model import System

PLACES = (OVERVIEW, "business", "hosts", "monitoring")  # beside every service and store
_ROW = "What else?"


def where(system: System, name: str) -> str:
    """The board that is meant, by its name before the system's; empty where there is none."""
    if name in system.services:
        return f"service-{name}"
    if name in system.stores:
        return f"store-{name}"
    return name if name in PLACES else ""


def added(board: Board, system: System, panels: Mapping[str, Drawn]) -> Board:
    """The board with the file's own panels about it below the others."""
    own = tuple(
        _panel(title, each, board)
        for title, each in panels.items()
        if where(system, each.board) == board.uid
    )
    return replace(board, rows=(*board.rows, Row(title=_ROW, panels=own))) if own else board


def _panel(title: str, drawn: Drawn, board: Board) -> Panel:
    return Panel(
        title=title,
        unit=Unit(drawn.unit),
        queries=(Query(expr=drawn.query, legend=drawn.legend or title),),
        description=drawn.help if drawn.help.endswith(".") else f"{drawn.help}.",
        subject=board.subject,
        thresholds=_thresholds(drawn.warn, drawn.bad),
    )


def _thresholds(warn: float | None, bad: float | None) -> Thresholds:
    """Less is worse where `bad` is below `warn`."""
    if warn is None and bad is None:
        return ()
    if warn is not None and bad is not None and bad < warn:
        return below(warn, bad)
    return above(warn, bad)
