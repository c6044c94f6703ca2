"""A source of boards without a Prometheus: figures are made from the queries alone."""

from __future__ import annotations

import math
from typing import Any

from seatrial.app.boards import Drawing, NoSuchBoard, Span, Unseen
from seatrial.app.boards.figures import drawing
from seatrial.app.plan import Plan
from seatrial.contract.board import Board
from seatrial.engines.prometheus.query import Line

NOW = 1_700_000_000.0


class FakeSource:
    """As Source; `broken` panels (by number) cannot be asked, `silent` ones ended long ago."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.broken: set[int] = set()
        self.silent: set[int] = set()
        self.now = NOW

    @property
    def plan(self) -> Any:
        return self._plan

    @property
    def boards(self) -> tuple[Board, ...]:
        return self._plan.declarations.boards

    def board(self, uid: str) -> Board:
        for each in self.boards:
            if each.uid == uid:
                return each
        raise NoSuchBoard(f"there is no board {uid}; did you mean {self.boards[0].uid}?")

    def runbook(self, subject: str) -> str | None:
        path = f"runbooks/{subject}.md"
        return next((each.text for each in self._plan.documents if each.path == path), None)

    def drawings(self, board: Board, span: Span) -> tuple[Drawing, ...]:
        return tuple(
            drawing(
                number,
                panel,
                [self._answer(number, each.legend, span) for each in panel.queries],
                span,
                untold=frozenset(),
            )
            for number, panel in enumerate(board.panels, start=1)
        )

    def _answer(self, number: int, legend: str, span: Span) -> tuple[Line, ...] | Unseen:
        if number in self.broken:
            return Unseen(reason="prometheus does not answer; run `seatrial status`")
        instants = span.instants[: len(span.instants) // 2 if number in self.silent else None]
        lines = []
        for at, le in enumerate(("0.1", "0.5", "+Inf")):
            labels = {"le": le, "replica": str(at), "team": "web", "alertname": f"Alert{at}"}
            labels |= {"severity": "page", "service": "api", "journey": f"j{at}"}
            values = {each: (at + 1) * (1 + math.sin(each / 900 + number)) / 2 for each in instants}
            lines.append(Line(labels=labels, values=values))
        return tuple(lines) if "{{" in legend else tuple(lines[:1])
