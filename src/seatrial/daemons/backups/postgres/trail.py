"""Rows that are written as long as it lasts, also where the server goes and comes back.

Whenever it has come back it is looked which of the rows are there, before another is written.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.canary import Canary, Row
from seatrial.daemons.backups.postgres.server import OWN, Server

_PAUSE = 0.1  # seconds between two rows: it lasts for minutes
_AGAIN = 0.1  # seconds until another session is tried
_BEFORE, _LEAST = 2.5, 5  # for so many seconds it is written before anything else, so many rows
_PATIENCE = 20.0
_TIMELINE = "SELECT pg_walfile_name(pg_current_wal_lsn())"  # whose name begins with it


@dataclass(kw_only=True)
class Trail:
    """Each session ends with the server that it was begun at."""

    server: Server
    clock: Callable[[], float] = time.time
    began: float = math.inf
    timeline: str = ""  # of the server when it began
    _canary: Canary | None = field(default=None, init=False)
    _looks: list[tuple[float, set[int]]] = field(default_factory=list, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def begin(self) -> None:
        """Begin, and return once rows were written for a while. Raises CommandError."""
        await self.end()
        await self.server.ask("DELETE FROM canary", database=OWN)
        self.timeline = await self.now()
        self.began = self.clock()
        canary = Canary(
            server=self.server, drill=f"{self.began:.0f}", clock=self.clock, pause=_PAUSE
        )
        self._canary, self._task = canary, asyncio.create_task(self._written(canary))
        try:
            await self._furnished(canary)
        except BaseException:
            await self.end()
            raise

    async def _furnished(self, canary: Canary) -> None:
        while self.clock() < self.began + _BEFORE or _acknowledged(canary) < _LEAST:
            if self.clock() > self.began + _PATIENCE:
                raise CommandError(f"no {_LEAST} rows were written within {_PATIENCE:.0f} s")
            await asyncio.sleep(_AGAIN)

    async def end(self) -> None:
        """Write no more; what was written is known no more."""
        task, self._task, self._canary, self.began = self._task, None, None, math.inf
        self._looks.clear()
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    @property
    def rows(self) -> Sequence[Row]:
        """Each that was sent, in order."""
        return self._canary.rows if self._canary is not None else ()

    async def now(self) -> str:
        """On which timeline the server writes. Raises CommandError."""
        return (await self.server.value(_TIMELINE))[:8]

    async def there(self, server: Server | None = None) -> set[int]:
        """The numbers of those that are there on a server, by default its own.

        Raises CommandError, also where none are written.
        """
        if self._canary is None:
            raise CommandError("nobody writes rows")
        return await self._canary.there(server or self.server)

    async def told(self) -> dict[str, Any]:
        """Each row, and which were there whenever it was looked: now, too. Raises CommandError."""
        if self._canary is None:
            return {"rows": [], "looks": []}
        if self._task is None or self._task.done():
            raise CommandError("nobody writes rows any more")
        rows = [[each.sent, each.acknowledged] for each in self._canary.rows]
        looks = [*self._looks, (self.clock(), await self._canary.there(self.server))]
        return {
            "rows": rows,
            "looks": [{"at": at, "there": spans(there)} for at, there in looks],
        }

    async def _written(self, canary: Canary) -> None:
        while True:
            with contextlib.suppress(CommandError):
                self._looks.append((self.clock(), await canary.there(self.server)))
                await canary.write(lambda: False)
            await asyncio.sleep(_AGAIN)


def _acknowledged(canary: Canary) -> int:
    return sum(each.acknowledged is not None for each in canary.rows)


def spans(numbers: Iterable[int]) -> list[list[int]]:
    """The first and the last of each run of numbers without a gap."""
    found: list[list[int]] = []
    for each in sorted(numbers):
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return found
