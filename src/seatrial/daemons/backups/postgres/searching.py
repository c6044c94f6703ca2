"""Looks in the archived log for what took rows away, and tells the moment before each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups.command import CommandError, run
from seatrial.daemons.backups.postgres import reading
from seatrial.daemons.backups.postgres.holes import Segment, folders, way
from seatrial.daemons.backups.postgres.plan import SEARCH
from seatrial.daemons.backups.postgres.reading import SIZE
from seatrial.daemons.backups.postgres.restoring import Restoring
from seatrial.daemons.backups.postgres.tables import Tables
from seatrial.daemons.backups.product import RefusedError, free_at
from seatrial.daemons.backups.work import Work

_LONG = 6 * 3600.0
_LEAST = 1e-6  # seconds between two moments, for PostgreSQL
_NAMED = 8  # tables that a refusal tells
_FIRST = "0" * 24  # a segment's name before all others
# Seconds: the server's clock, the repository's and that of who asks need not be the same.
_SLACK = 300.0
_RESERVE = 256 << 20  # bytes that must be left free: others write there, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Those that are to be read: by their numbers how each is called, and where it lies.

    `begins`: nothing was written before them. `reaches` is when the oldest was archived, where what
    came before it is held no more. There is one at least.
    """

    found: Mapping[int, tuple[str, str]]
    begins: bool = False
    reaches: float | None = None

    @property
    def lacking(self) -> int:
        """How many lack between them."""
        return max(self.found) - min(self.found) + 1 - len(self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """What it needs."""

    restoring: Restoring
    tables: Tables

    async def check(self, only: str) -> None:
        """Raise RefusedError for a table that nobody knows."""
        # without the server, names of before must do
        with contextlib.suppress(CommandError, ValueError):
            await self.tables.look()
        names = sorted({each.name for each in self.tables.known.values() if each.holds})
        if only and only not in names:
            near = [each for each in names if only in each.split(".")] or names[:_NAMED]
            raise RefusedError(
                f"nobody knows a table {only}", f"write one of {', '.join(near) or 'none'}"
            )

    async def search(self, work: Work, since: float, only: str = "") -> None:
        """Tell of each transaction since an instant that took much away, the newest first.

        `only` is the name of a table. Raises CommandError, ValueError and RefusedError.
        """
        await self.restoring.reached(work)
        work.step("list")
        segments = await self._segments(since)
        found = segments.found
        work.result |= {"since": since, "segments": len(found), "lacking": segments.lacking}
        work.result["reaches"] = segments.reaches
        async with self._room(len(found)) as folder:
            work.step(f"fetch {len(found)} segments of the log")
            for name, path in sorted(found.values()):
                await self.restoring.keeping.repository.fetch(path, folder / name)
            work.step("read them")
            said = await run(
                sys.executable,
                "-m",
                reading.__name__,
                str(folder),
                within=_LONG,
                stdin=reading.asked(self.tables.known, since, only, begins=segments.begins),
            )
        told = json.loads(said)
        for each in told["transactions"]:
            each["before"] = each["at"] - _LEAST
        work.result |= told

    async def _segments(self, since: float) -> Segments:
        """Those that were archived since, and the one before, on the way to what the store is now.

        They are called as of one timeline, the newest: what one begins with the one before ends in.
        """
        keeping = self.restoring.keeping
        log = await keeping.log()
        if log is None:
            raise RefusedError(
                f"there is no backup of {self.restoring.plan.store}, and so no log is kept",
                f"run `seatrial backup now {self.restoring.plan.store}`",
            )
        repository, bound = keeping.repository, since - _SLACK
        there: dict[Segment, tuple[str, float]] = {}
        for folder in reversed(folders(await repository.listed(log.folder), _FIRST)):
            where = f"{log.folder}/{folder}"
            listed = await repository.listed(where)
            own = {Segment.read(name, SIZE): (f"{where}/{name}", at) for name, at in listed.items()}
            there |= {each: told for each, told in own.items() if each is not None}
            if any(at < bound for _, at in there.values()):
                break  # what lies in older folders was archived before that
        newest = max((each.timeline for each in there), default=1)
        history = "" if newest == 1 else await repository.line(log.folder, newest)
        along = way(history, newest, SIZE)
        led = {x.number: told for x, told in there.items() if x == Segment.due(along, x.number)}
        if not led:  # then nothing is known, and not that nothing took rows away
            raise CommandError("no log of what the store is now lies in the repository")
        return _since(led, bound, newest, begins=self._begun())

    def _begun(self) -> bool:
        """Whether the log goes back to where the store's history began: it was restored since then.

        What of it came before the oldest backup goes with those that are kept no longer.
        """
        plan = self.restoring.plan
        began = plan.histories.began(self.restoring.keeping.history)
        return bool(began) and self.restoring.clock() - began < plan.keep

    @asynccontextmanager
    async def _room(self, segments: int) -> AsyncIterator[Path]:
        """An empty folder for that many. Raises RefusedError where they do not fit."""
        place = self.restoring.plan.copies / SEARCH
        needed, free = segments * SIZE, free_at(place)
        if needed + _RESERVE > free:
            raise RefusedError(
                f"{segments} segments of the log take {needed / 1e6:.0f} MB, and"
                f" {free / 1e6:.0f} MB are free",
                "write --since with a shorter time, or make room",
            )
        place.mkdir(parents=True, exist_ok=True)
        # one of its own: what reads for a daemon that was killed may go on
        folder = Path(tempfile.mkdtemp(dir=place))
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _since(
    led: Mapping[int, tuple[str, float]], bound: float, timeline: int, *, begins: bool
) -> Segments:
    """Those from the one before the first that was archived after the bound.

    Without that one before nothing tells what it held, but where the log `begins` with these.
    """
    after = [number for number, (_, at) in led.items() if at >= bound]
    before = [number for number in led if number < min(after, default=math.inf)]
    first = max(before) if before else min(after)
    found = {
        number: (f"{Segment(timeline, number).called(SIZE)}-{_sum(path)}", path)
        for number, (path, _) in led.items()
        if number >= first
    }
    begins = first <= 1 or (begins and first == min(led))
    return Segments(found=found, begins=begins, reaches=None if before or begins else led[first][1])


def _sum(path: str) -> str:
    """What stands behind a segment's name: its checksum, and what packed it."""
    return path.rpartition("-")[2]
