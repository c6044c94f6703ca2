"""Looks in the archived log for what took rows away, and tells the moment before each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """What it needs."""

    restoring: Restoring
    tables: Tables

    async def check(self, only: str) -> None:
        """Raise RefusedError for a table that nobody knows."""
        with contextlib.suppress(CommandError):  # without the server, names of before must do
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
        found = await self._segments(since)
        lacking = max(found) - min(found) + 1 - len(found) if found else 0
        work.result |= {"since": since, "segments": len(found), "lacking": lacking}
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
                stdin=reading.asked(dict(self.tables.known), only),
            )
        told = (each for each in json.loads(said) if each["at"] >= since)
        work.result["transactions"] = [{**each, "before": each["at"] - _LEAST} for each in told]

    async def _segments(self, since: float) -> Mapping[int, tuple[str, str]]:
        """By its number, how to call each that came since, on the way to what the store is now.

        They are called as of one timeline, the newest: what one begins with the one before ends in.
        """
        keeping = self.restoring.keeping
        log = await keeping.log()
        if log is None:
            raise RefusedError(
                f"there is no backup of {self.restoring.plan.store}, and so no log is kept",
                f"run `seatrial backup now {self.restoring.plan.store}`",
            )
        repository = keeping.repository
        there: dict[Segment, str] = {}
        # one that was archived before holds nothing that came since
        for folder in reversed(folders(await repository.listed(log.folder), _FIRST)):
            listed = await repository.listed(f"{log.folder}/{folder}")
            found = {Segment.read(name, SIZE): (name, at) for name, at in listed.items()}
            there |= {
                segment: f"{log.folder}/{folder}/{name}"
                for segment, (name, at) in found.items()
                if segment is not None and at >= since
            }
            if any(segment is not None and at < since for segment, (_, at) in found.items()):
                break
        if not there:
            return {}
        newest = max(each.timeline for each in there)
        history = "" if newest == 1 else await repository.line(log.folder, newest)
        along = way(history, newest, SIZE)
        return {
            each.number: (f"{Segment(newest, each.number).called(SIZE)}-{_sum(path)}", path)
            for each, path in there.items()
            if each == Segment.due(along, each.number)
        }

    @asynccontextmanager
    async def _room(self, segments: int) -> AsyncIterator[Path]:
        """An empty folder for that many. Raises RefusedError where they do not fit."""
        folder = self.restoring.plan.copies / SEARCH
        shutil.rmtree(folder, ignore_errors=True)  # of a search that was killed
        needed, free = segments * SIZE, free_at(folder)
        if needed > free:
            raise RefusedError(
                f"{segments} segments of the log take {needed / 1e6:.0f} MB, and"
                f" {free / 1e6:.0f} MB are free",
                "write --since with a shorter time, or make room",
            )
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _sum(path: str) -> str:
    """What stands behind a segment's name: its checksum, and what packed it."""
    return path.rpartition("-")[2]
