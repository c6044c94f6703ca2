"""The order of steps of a restore, and of the drill that shows that it stops where it should."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.backups import Backup, reach, room
from seatrial.daemons.backups.canary import Canary
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import Copy
from seatrial.daemons.backups.plan import Plan
from seatrial.daemons.backups.repository import Repository
from seatrial.daemons.backups.server import KEYSTONE, OWN, Server
from seatrial.daemons.backups.work import Work

DRILL = "drill"  # the name of a drill's copy
_BEFORE, _SPREAD, _AFTER = 2.0, 4.0, 2.0  # seconds that are written before, around, after
_LEAST = 5  # rows that are written after the instant, however busy the machine is
_PUSHED = 40.0  # seconds within which a closed segment must be in the repository
OWN_INVARIANT = "what was laid before the first backup is there"


class RefusedError(Exception):
    """What was asked cannot be done: a sentence, and the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Both are told."""
        super().__init__(summary)
        self.summary, self.cure = summary, cure


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What a restore needs."""

    plan: Plan
    repository: Repository
    server: Server
    clock: Callable[[], float] = time.time

    def copy(self, name: str) -> Copy:
        """The copy of that name."""
        port = self.plan.drill_port if name == DRILL else self.plan.port
        return Copy(plan=self.plan, folder=self.plan.copies / name, port=port)

    async def preview(self, target: float, copy: Copy | None = None) -> dict[str, Any]:
        """From what an instant is restored, and whether that fits. Raises RefusedError.

        What an earlier restore into this `copy` has left there is not needed again.
        """
        seen = self.repository.seen
        held = seen if seen is not None else await self.repository.held()
        found = reach(held, target, self.clock())
        if found.backup is None:
            raise RefusedError(found.refused, found.cure.replace("STORE", self.plan.store))
        free = _free(self.plan.copies)
        already = await asyncio.to_thread(copy.already) if copy is not None else 0
        lacking = room(found.backup, free, already)
        if lacking:
            raise RefusedError(f"the disk is too small: {lacking}", "make room, then run it again")
        return {
            "backup": found.backup.label,
            "kind": found.backup.kind,
            "ended": found.backup.ended,
            "size": found.backup.size,
            "damaged": found.backup.damaged,
            "needed": max(0, found.backup.size - already),
            "free": free,
            "earliest": held[0].ended,
        }

    async def into_copy(self, work: Work, copy: Copy, target: float) -> None:
        """Restore into a copy, replay it, hold it against the invariants; it goes on running."""
        backup = await self.preview(target, copy)
        work.result |= {"target": target, **backup}
        await self._reached(work)
        work.step("restore")
        again = copy.begin()
        began = self.clock()
        await self.repository.restore(backup["backup"], target, copy.folder, again=again)
        restored = self.clock()
        work.step("replay")
        await copy.start()
        copy.unfinished.unlink(missing_ok=True)
        work.result |= {"restored": restored - began, "replayed": self.clock() - restored}
        work.step("invariants")
        work.result["invariants"] = await self.invariants(copy.server)

    async def _reached(self, work: Work) -> None:
        """Let the archive reach beyond the instant, as far as the server still answers.

        Where it is gone, what is in the archive must do: replaying tells whether it does.
        """
        work.step("archive")
        try:
            work.result["pushed"] = await self.server.archived(_PUSHED)
        except CommandError as error:
            work.result["archive"] = str(error)

    async def invariants(self, server: Server) -> dict[str, str]:
        """Of each invariant what the copy answers: `t`, `f`, or why it could not be asked."""
        found = {OWN_INVARIANT: await _answer(server, KEYSTONE, OWN)}
        for name, query in self.plan.invariants.items():
            found[name] = await _answer(server, query, "")
        return found

    async def drill(self, work: Work, chance: Callable[[], float]) -> None:
        """Write rows, restore to an instant among them, and tell which rows are there.

        `chance` gives 0 to 1. Raises CommandError and RefusedError.
        """
        work.step("backup")
        if not await self.repository.held():
            await self.repository.take("full")
        work.step("write")
        name = f"{self.clock():.0f}"
        canary = Canary(server=self.server, drill=name, clock=self.clock)
        target = round(self.clock() + _BEFORE + _SPREAD * chance(), 6)
        await self.server.ask("DELETE FROM canary", database=OWN)
        await canary.write(
            lambda: self.clock() > target + _AFTER and canary.since(target) >= _LEAST
        )
        work.step("archive")
        work.result["archive_timeout"] = await self.server.value(
            "SELECT setting FROM pg_settings WHERE name = 'archive_timeout'"
        )
        work.result["mode"] = await self.server.value("SHOW archive_mode")
        work.result["pushed"] = await self.server.archived(_PUSHED)
        copy = self.copy(DRILL)
        await copy.remove()
        try:
            await self.into_copy(work, copy, target)
            work.step("rows")
            own = f"SELECT number FROM canary WHERE drill = '{name}'"  # noqa: S608 - of our making
            there = await copy.server.ask(own, database=OWN)
        finally:
            await copy.remove()
        work.result["rows"] = _rows(canary, {int(each[0]) for each in there})


def _rows(canary: Canary, there: set[int]) -> list[Mapping[str, Any]]:
    return [
        {"sent": each.sent, "acknowledged": each.acknowledged, "there": each.number in there}
        for each in canary.rows
    ]


async def _answer(server: Server, query: str, database: str) -> str:
    try:
        return await server.value(query, database=database)
    except CommandError as error:
        return str(error)


def _free(folder: Path) -> int:
    """Free bytes where a folder is, or will be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free


def kept(held: tuple[Backup, ...]) -> list[dict[str, Any]]:
    """The backups as JSON tells them."""
    return [
        {
            "label": each.label,
            "kind": each.kind,
            "began": each.began,
            "ended": each.ended,
            "size": each.size,
            "copied": each.copied,
            "stored": each.stored,
            "damaged": each.damaged,
        }
        for each in held
    ]
