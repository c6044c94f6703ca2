"""How the runs of a journey ended, as they are remembered for drills. Pure.

Instants are seconds since 1970. What ended since a moment is of the time since then.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

KEPT = 900.0  # seconds for which each run is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: when it ended, and why not well; "" for well."""

    at: float
    fault: str


@dataclass(kw_only=True)
class Ended:
    """The runs of one journey, the oldest first; `known`: since when each is remembered."""

    known: float
    runs: deque[Run] = field(default_factory=deque)

    def add(self, at: float, fault: str) -> None:
        """One more; what is too old goes."""
        self.runs.append(Run(at=at, fault=fault))
        while self.runs[0].at < at - KEPT:
            self.known = self.runs.popleft().at

    def since(self, moment: float, now: float) -> dict[str, Any]:
        """What became of those that ended since then.

        `known`: since when each is remembered. `longest` is the longest time, in seconds, without
        one that went well, up to `now`, and `open` the one that lasts by now; `faults` says how
        many failed why.
        """
        own = [each for each in self.runs if each.at >= moment]
        well = [each.at for each in own if not each.fault]
        faults: dict[str, int] = {}
        for each in own:
            if each.fault:
                faults[each.fault] = faults.get(each.fault, 0) + 1
        instants = [moment, *well, now]
        return {
            "known": self.known,
            "ok": len(well),
            "failed": len(own) - len(well),
            "longest": max(later - earlier for earlier, later in pairwise(instants)),
            "open": now - instants[-2],
            "faults": faults,
        }
