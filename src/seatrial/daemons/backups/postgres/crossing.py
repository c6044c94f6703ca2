"""A drill across a failover: what copies hold of moments before, in and after it.

Rows are written meanwhile. The member that was the primary may be gone for good: what it had
archived, and what its successor archives on a timeline of its own, must be enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.restoring import Restoring
from seatrial.daemons.backups.postgres.trail import Trail
from seatrial.daemons.backups.product import DRILL
from seatrial.daemons.backups.trail import Row
from seatrial.daemons.backups.work import Work

_WITHIN = 150.0  # seconds in which another member must have taken over
_AFTER, _LEAST = 4.0, 10  # so long it is written to the new primary, so many rows
_APART = 1.0  # seconds between the failover and the moments beside it
_PAUSE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What it needs."""

    restoring: Restoring
    trail: Trail
    clock: Callable[[], float] = time.time

    async def drill(self, work: Work) -> None:
        """Wait for the failover, then restore to moments around it, and tell which rows are there.

        Raises CommandError and RefusedError.
        """
        work.step("failover")
        before, after = await self._switched()
        work.result["switched"] = {"from": self.trail.timeline, "last": before, "first": after}
        moments = {"before": before - _APART, "in": (before + after) / 2, "after": after + _APART}
        rows = tuple(self.trail.rows)
        held = await self.trail.there()
        # what was lost with the primary is nobody's to bring back: the failover's own drill counts
        known = [each for each in rows if each.acknowledged is None or each.number in held]
        work.result["moments"] = found = []
        for name, moment in moments.items():
            work.step(f"restore to {name} the failover")
            found.append({"name": name, **await self._restored(round(moment, 6), known)})

    async def _switched(self) -> tuple[float, float]:
        """When a row was acknowledged last before it, and first after it."""
        until, seen = self.clock() + _WITHIN, math.inf
        while self.clock() < until:
            await asyncio.sleep(_PAUSE)
            if seen == math.inf:
                with contextlib.suppress(CommandError):  # nobody is the primary now
                    if await self.trail.now() != self.trail.timeline:
                        seen = self.clock()
            late = [x for x in self.trail.rows if x.acknowledged is not None and x.sent > seen]
            if len(late) >= _LEAST and self.clock() > seen + _AFTER:
                return gap(self.trail.rows)
        raise CommandError(f"no other member took over, or took rows, within {_WITHIN:.0f} s")

    async def _restored(self, target: float, rows: Sequence[Row]) -> dict[str, Any]:
        copy = self.restoring.copy(DRILL)
        await copy.remove()
        one = Work(kind=DRILL, about={})
        try:
            await self.restoring.into_copy(one, copy, target)
            there = await self.trail.there(copy.server)
        finally:
            await copy.remove()
        found = one.result
        return {
            **{key: found[key] for key in ("target", "backup", "restored", "replayed")},
            "invariants": found["invariants"],
            "rows": [
                {"sent": x.sent, "acknowledged": x.acknowledged, "there": x.number in there}
                for x in rows
            ],
        }


def gap(rows: Sequence[Row]) -> tuple[float, float]:
    """The longest time between two rows that were acknowledged one after the other: its ends.

    Raises CommandError where there are none.
    """
    times = [each.acknowledged for each in rows if each.acknowledged is not None]
    if len(times) < 2:  # noqa: PLR2004 - a gap lies between two
        raise CommandError("too few rows were acknowledged")
    return max(pairwise(times), key=lambda each: each[1] - each[0])
