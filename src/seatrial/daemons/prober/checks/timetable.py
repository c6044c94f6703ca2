"""When checks are due: on a grid of their own, so that nothing drifts. Pure.

A check's grid begins at a place of its interval that its name decides, so that checks of one
interval do not all start at once, and each start is late by a random part of at most a tenth of
the interval: then no two of them stay in step with each other, or with what they look at. The next
grid point is counted from the last one, never from when a check really began.
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seatrial.daemons.prober.checks.model import Check

_JITTER = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A check that is due now, since `at`; `missed` starts went by before it."""

    check: Check
    at: float
    missed: int


class Timetable:
    """The next start of each check. `draw` gives a random number of 0 to 1."""

    def __init__(
        self, checks: Iterable[Check], now: float, draw: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._draw = draw
        self._heap: list[tuple[float, int, float, Check]] = []
        for number, check in enumerate(checks):
            phase = zlib.crc32(check.name.encode()) / 2**32
            self._push(check, number, now + phase * check.every_s)

    def _push(self, check: Check, number: int, grid: float) -> None:
        # an answer may take until the next start, not longer: no check ever runs beside itself
        room = min(_JITTER * check.every_s, check.every_s - check.timeout_s)
        heapq.heappush(self._heap, (grid + room * self._draw(), number, grid, check))

    @property
    def next(self) -> float | None:
        """When the next one is due; None without any."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> Iterable[Due]:
        """Those that are due at `now`, each once, however long ago."""
        while self._heap and self._heap[0][0] <= now:
            at, number, grid, check = heapq.heappop(self._heap)
            missed = int((now - grid) // check.every_s)
            self._push(check, number, grid + (missed + 1) * check.every_s)
            yield Due(check=check, at=at, missed=missed)
