"""Where boards and their figures come from: the plan of a file, and the Prometheus that it runs."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seatrial.app.apply import planned_for
from seatrial.app.boards.figures import Drawing, Unseen, drawing
from seatrial.app.boards.span import Span
from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan
from seatrial.contract.board import Board, Query
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.regions import CENTRE
from seatrial.system.suggest import Suggester

_AT_ONCE = 6  # queries: the one who looks must not slow the one who judges
_OK = 200
_SCRAPES = 3  # of the slowest job: what is older is no longer shown as if it were now
_UNTOLD = "count by (figure) (container_figure_unknown)"


class NoSuchBoard(Exception):  # noqa: N818 - bad input, not a failure
    """No board has this uid; the text names the nearest."""


class Source:
    """One file's boards. The plan is made again when the file was written to."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        """Plan it. Raises Refused and RuntimeFailure."""
        self._file, self._clock = file, clock
        self._guard = threading.Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="boards")
        self.runtime: Runtime = open_runtime(file)
        self._plan = planned_for(file, self.runtime)
        self._stamps = _stamps(self._plan)

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock()

    @property
    def plan(self) -> Plan:
        """What the file says now. Raises Refused."""
        with self._guard:
            if _stamps(self._plan) != self._stamps:
                self._plan = planned_for(self._file, self.runtime)
                self._stamps = _stamps(self._plan)
            return self._plan

    @property
    def boards(self) -> tuple[Board, ...]:
        """Every declared board."""
        return self.plan.declarations.boards

    def board(self, uid: str) -> Board:
        """The board of that uid. Raises NoSuchBoard."""
        known = {each.uid: each for each in self.boards}
        if uid not in known:
            cure = Suggester().cure(uid, known, f"there are {', '.join(known)}")
            raise NoSuchBoard(f"there is no board {uid}; {cure}")
        return known[uid]

    def runbook(self, subject: str) -> str | None:
        """The text of a subject's runbook, or None."""
        path = f"runbooks/{subject}.md"
        return next((each.text for each in self.plan.documents if each.path == path), None)

    def drawings(self, board: Board, span: Span) -> tuple[Drawing, ...]:
        """Every panel with its figures; one that cannot be asked says why."""
        untold = self._untold()
        server = CENTRE if board.central else prometheus.NAME
        asked = [
            (
                number,
                panel,
                [self._pool.submit(self._ask, each, span, server) for each in panel.queries],
            )
            for number, panel in enumerate(board.panels, start=1)
        ]
        return tuple(
            drawing(number, panel, [each.result() for each in answers], span, untold=untold)
            for number, panel, answers in asked
        )

    def close(self) -> None:
        """End the threads that ask; it cannot be asked after that."""
        self._pool.shutdown(cancel_futures=True)

    def _ask(self, asked: Query, span: Span, server: str) -> tuple[query.Line, ...] | Unseen:
        if not self._plan.placement.has(server):
            return Unseen(reason=f"seatrial runs no {server} here; look where yours is")
        targets = self._plan.declarations.targets
        slowest = max((each.interval for each in targets), default=0.0)
        lookback = max(_SCRAPES * slowest, 2 * asked.every)
        instants = span.instants
        path = query.ranged(asked.over(span.window), instants[0], instants[-1], span.step, lookback)
        try:
            answer = self.runtime.request("GET", server, "http", path)
            return query.matrix(answer.body)
        except RuntimeFailure as failure:
            return Unseen(
                reason=f"{failure.summary}; {failure.cure}" if failure.cure else str(failure)
            )
        except (ValueError, KeyError, TypeError) as error:  # what answers is no Prometheus, or ill
            return Unseen(reason=f"Prometheus refused the query: {error}")

    def _untold(self) -> frozenset[str]:
        """The containers' figures that this machine cannot tell."""
        try:
            answer = self.runtime.request("GET", prometheus.NAME, "http", query.instant(_UNTOLD))
            found = query.vector(answer.body) if answer.status == _OK else ()
        except (RuntimeFailure, ValueError, KeyError, TypeError):
            return frozenset()  # then every panel says why
        return frozenset(each.labels.get("figure", "") for each in found)


def _stamps(plan: Plan) -> tuple[tuple[Path, int], ...]:
    """The files that the plan was made from, as they are now; one that is gone counts as old."""
    return tuple(
        (each, each.stat().st_mtime_ns if each.is_file() else 0) for each in plan.described
    )
