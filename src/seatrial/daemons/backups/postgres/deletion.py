"""A drill of a table that is dropped under load: the moment is found, and all before it restored.

The table is of our making, in the database that drills write into. Rows are written all the time,
and none that was acknowledged before may be missing from the copy.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.searching import Searching
from seatrial.daemons.backups.postgres.server import OWN, Server
from seatrial.daemons.backups.postgres.trail import Trail
from seatrial.daemons.backups.product import DRILL
from seatrial.daemons.backups.work import Work

_ROWS = 1000
_LAY = (
    "DROP TABLE IF EXISTS doomed;"
    f" CREATE TABLE doomed AS SELECT generate_series(1, {_ROWS}) AS number"
)
_DROP = "DROP TABLE doomed"
_NAME = f"public.doomed of {OWN}"
_BESIDE, _PAUSE = 2.0, 0.1  # seconds that are written before and after
_LEAST = 5  # rows that are written before and after, however busy the machine is
_WITHIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What it needs."""

    searching: Searching
    trail: Trail
    clock: Callable[[], float] = time.time

    async def drill(self, work: Work) -> None:
        """Drop it, look when that was, restore to just before, and tell what is there."""
        server = self.searching.restoring.keeping.server
        work.step("lay")
        await server.ask(_LAY, database=OWN)
        await self.searching.tables.look()  # as it is looked all the time
        began = await _now(server)
        await self._written(self.clock())
        work.step("drop")
        sent = await _now(server)
        await server.ask(_DROP, database=OWN)
        work.result["dropped"] = {"sent": sent, "acknowledged": await _now(server)}
        await self._written(self.clock())
        work.step("search")
        one = Work(kind=DRILL, about={})
        await self.searching.search(one, began)
        found = [each for each in one.result["transactions"] if _NAME in each["dropped"]]
        if not found:
            raise CommandError(f"nothing tells when the table was dropped{_why(one)}")
        took = self.clock() - work.steps[-1][1]
        work.result["found"] = {"at": found[0]["at"], "times": len(found), "seconds": took}
        await self._restored(work, found[0]["before"])

    async def _restored(self, work: Work, target: float) -> None:
        """As a copy of that moment, with what it has of the table and of the trail."""
        restoring, rows = self.searching.restoring, tuple(self.trail.rows)
        copy = restoring.copy(DRILL)
        await copy.remove()
        try:
            await restoring.into_copy(work, copy, target)
            work.step("rows")
            work.result["table"] = {"rows": _ROWS, "there": await _there(copy.server)}
            there = await self.trail.there(copy.server)
        finally:
            await copy.remove()
        work.result["rows"] = [
            {"sent": x.sent, "acknowledged": x.acknowledged, "there": x.number in there}
            for x in rows
        ]

    async def _written(self, since: float) -> None:
        """Rows for a while. Raises CommandError where none are acknowledged."""
        until = self.clock() + _WITHIN
        while self.clock() < until:
            late = [x for x in self.trail.rows if x.acknowledged is not None and x.sent > since]
            if len(late) >= _LEAST and self.clock() > since + _BESIDE:
                return
            await asyncio.sleep(_PAUSE)
        raise CommandError(f"too few rows were acknowledged within {_WITHIN:.0f} s")


async def _now(server: Server) -> float:
    """By the server's own clock, which tells its commits."""
    return float(await server.value("SELECT extract(epoch FROM clock_timestamp())"))


async def _there(server: Server) -> int:
    """How many rows of the table a copy has; none where it has no such table."""
    if not await server.value("SELECT to_regclass('doomed')", database=OWN):
        return 0
    return int(await server.value("SELECT count(*) FROM doomed", database=OWN))


def _why(one: Work) -> str:
    said = one.result.get("archive", "")
    return f": {said}" if said else ""
