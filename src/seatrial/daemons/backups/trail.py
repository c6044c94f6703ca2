"""Rows that are written as long as it lasts, also where the server goes and comes back.

Whenever it has come back it is looked which of the rows are there, before another is written. What
may not live here: how one product writes a row.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from seatrial.daemons.backups.command import CommandError

PAUSE = 0.1  # seconds between two rows: it lasts for minutes
_AGAIN = 0.1  # seconds until another session is tried
_BEFORE, _LEAST = 2.5, 5  # for so many seconds it is written before anything else, so many rows
_PATIENCE = 20.0


@dataclass(slots=True, kw_only=True)
class Row:
    """One row; `acknowledged` None: nobody knows whether it is there. Epoch seconds."""

    number: int
    sent: float
    acknowledged: float | None = None


class Writer(Protocol):
    """Who writes them, numbered from 0; both raise CommandError."""

    @property
    def rows(self) -> Sequence[Row]:
        """All that were sent."""

    async def write(self, until: Callable[[], bool]) -> None:
        """In one session, until it may stop or the server breaks off."""

    async def found(self) -> set[int]:
        """The numbers of those that are there."""


@dataclass(kw_only=True)
class Trail(ABC):
    """Each session ends with the server that it was begun at."""

    clock: Callable[[], float] = time.time
    began: float = math.inf
    _writer: Writer | None = field(default=None, init=False)
    _looks: list[tuple[float, set[int]]] = field(default_factory=list, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    @abstractmethod
    async def _wiped(self) -> None:
        """Have no rows in the server. Raises CommandError."""

    @abstractmethod
    def _own(self, drill: str) -> Writer:
        """Who writes those of a drill of that name."""

    async def begin(self) -> None:
        """Begin, and return once rows were written for a while. Raises CommandError."""
        await self.end()
        await self._wiped()
        self.began = self.clock()
        writer = self._own(f"{self.began:.0f}")
        self._writer, self._task = writer, asyncio.create_task(self._written(writer))
        try:
            await self._furnished(writer)
        except BaseException:  # also where it is broken off: nobody would end the writing
            await self.end()
            raise

    async def _furnished(self, writer: Writer) -> None:
        while self.clock() < self.began + _BEFORE or _acknowledged(writer) < _LEAST:
            if self.clock() > self.began + _PATIENCE:
                raise CommandError(f"no {_LEAST} rows were written within {_PATIENCE:.0f} s")
            await asyncio.sleep(_AGAIN)

    async def end(self) -> None:
        """Write no more; what was written is known no more."""
        task, self._task, self._writer, self.began = self._task, None, None, math.inf
        self._looks.clear()
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def told(self) -> dict[str, Any]:
        """Each row, and which were there whenever it was looked: now, too. Raises CommandError."""
        if self._writer is None:
            return {"rows": [], "looks": []}
        if self._task is None or self._task.done():
            raise CommandError("nobody writes rows any more")
        rows = [[each.sent, each.acknowledged] for each in self._writer.rows]
        looks = [*self._looks, (self.clock(), await self._writer.found())]
        return {
            "rows": rows,
            "looks": [{"at": at, "there": spans(there)} for at, there in looks],
        }

    async def _written(self, writer: Writer) -> None:
        while True:
            with contextlib.suppress(CommandError):
                self._looks.append((self.clock(), await writer.found()))
                await writer.write(lambda: False)
            await asyncio.sleep(_AGAIN)


def _acknowledged(writer: Writer) -> int:
    return sum(each.acknowledged is not None for each in writer.rows)


def spans(numbers: Iterable[int]) -> list[list[int]]:
    """The first and the last of each run of numbers without a gap."""
    found: list[list[int]] = []
    for each in sorted(numbers):
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return found
