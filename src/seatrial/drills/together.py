"""Drills side by side reach some points together: all steady, all recovered.

None injects before each has seen its steady state: else the first to be steady would break what the
others still wait to see whole. And what only looks begins when all that was broken is whole again.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass


class Together:
    """Which drills have not come to a point yet, whatever came of them there."""

    def __init__(self, drills: Iterable[str]) -> None:
        """These are awaited."""
        self._awaited = set(drills)
        self._lock = threading.Lock()

    def arrive(self, drill: str) -> None:
        """It is there, or has given up; saying so again changes nothing."""
        with self._lock:
            self._awaited.discard(drill)

    def complete(self) -> bool:
        """Whether nobody is awaited any more."""
        return not self._awaited


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Where a drill meets others: `steady` before it injects, `recovered` when all is repaired.

    One that only looks waits for the `recovered` of others: `after`.
    """

    steady: Together | None = None
    recovered: Together | None = None
    after: Together | None = None
