"""Drills side by side begin together: none injects before each has seen its steady state.

Else the first to be steady would break what the others still wait to see whole.
"""

import threading


class Together:
    """Counts the drills of a batch that are steady, or that have given up waiting for it."""

    def __init__(self, drills: int) -> None:
        """So many drills are awaited."""
        self._awaited = drills
        self._lock = threading.Lock()

    def arrive(self) -> None:
        """One more is done with its preparation, whatever came of it."""
        with self._lock:
            self._awaited -= 1

    def complete(self) -> bool:
        """Whether nobody prepares any more."""
        return self._awaited <= 0
