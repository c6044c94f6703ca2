"""Snapshots of a service's files as the desk orders them: put out, copied, looked at, kept."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.files import canary, pair
from seatrial.daemons.backups.files.notes import Note, written
from seatrial.daemons.backups.files.plan import Plan
from seatrial.daemons.backups.restic import PROGRAM
from seatrial.daemons.backups.verified import Found

_AROUND = 1.0  # seconds before and after a snapshot in which files are written


@dataclass(slots=True, kw_only=True)
class Keeping:
    """All but `unseen` raise CommandError."""

    plan: Plan
    clock: Callable[[], float] = time.time
    seen: tuple[Backup, ...] | None = field(default=None, init=False)

    @property
    def history(self) -> str:
        """There is but one: a copy does not take the service's place."""
        return ""

    async def opened(self) -> None:
        """Have a repository, and before the first backup the keystone."""
        await self.plan.repository.opened()
        if not await self.held():
            await written(canary.lay, self.plan.place / self.plan.written)

    async def held(self) -> tuple[Backup, ...]:
        """Look which snapshots are there, the oldest first."""
        every = await self.snapshots()
        damaged = bool(every) and await self.plan.repository.damaged(every[-1])
        self.seen = tuple(_backup(each, damaged=damaged) for each in every)
        return self.seen

    async def snapshots(self) -> tuple[Note, ...]:
        """The same, with all that is known of them."""
        return await self.plan.repository.notes()

    async def take(self, _kind: str) -> None:
        """Take one and look at it, then remove what is outdated; one that fails removes nothing."""
        plan = self.plan
        for each in plan.folders:
            if not (plan.place / each).is_dir():
                raise CommandError(f"the folder {each} is not there: {plan.place / each}")
        await plan.repository.opened()  # who moves a damaged one aside gets another
        writer = canary.Canary(folder=plan.place / plan.written, clock=self.clock)
        writing = asyncio.create_task(writer.write())
        began = self.clock()
        try:
            await asyncio.sleep(_AROUND)
            put = await pair.put_out(plan)
            since = self.clock()
            copied = await plan.repository.backup(plan.place, self._paths())
            ended = self.clock()
            await asyncio.sleep(_AROUND)
            writer.ended = True
            await writing
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            shutil.rmtree(plan.place / plan.out, ignore_errors=True)
        await plan.repository.keep(
            Note(
                id=copied.id,
                began=began,
                since=since,
                ended=ended,
                size=copied.size + put,  # a restore makes as much of it again
                added=copied.added,
                files=copied.files,
                gone=copied.gone,
                rows=tuple(writer.rows),
            )
        )

    def _paths(self) -> tuple[str, ...]:
        own = (self.plan.out,) if self.plan.pair is not None else ()
        return (self.plan.written, *own, *self.plan.folders)

    async def verify(self) -> Found:
        """Read all that lies in the repository."""
        return await self.plan.repository.verify()

    @property
    def anew(self) -> bool:
        """Restic looks at all that is there before it adds to it."""
        return False

    def needed(self, file: str) -> bool:
        """Any backup may need a pack; none does once it is right or gone."""
        return file in self.plan.repository.spoiled()

    async def look(self) -> None:
        """There is nothing else to look at."""

    def unseen(self) -> None:
        """Nothing else is shown."""

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running, and what it left half done."""
        plan = self.plan
        if not await strays.ended(plan.repository.mark, PROGRAM, plan.copies):
            raise CommandError("what an earlier life of this daemon has begun does not end")
        await asyncio.to_thread(shutil.rmtree, plan.place / plan.out, ignore_errors=True)
        await plan.repository.tidied()


def _backup(each: Note, *, damaged: bool) -> Backup:
    return Backup(
        label=each.label,
        kind="full",
        began=each.began,
        ended=each.ended,
        size=each.size,
        copied=each.size,
        stored=each.added,
        damaged=damaged,
        moment=each.ended,
    )
