"""Snapshots of a service's files as the desk orders them: put out, copied, looked at, kept."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.files import canary, packs, pair
from seatrial.daemons.backups.files.notes import Note, Notes
from seatrial.daemons.backups.files.plan import OUT, WRITTEN, Plan
from seatrial.daemons.backups.files.restic import PROGRAM, Copied, Restic

_AROUND = 1.0  # seconds before and after a snapshot in which files are written


@dataclass(slots=True, kw_only=True)
class Keeping:
    """All but `unseen` raise CommandError."""

    plan: Plan
    notes: Notes
    restic: Restic
    clock: Callable[[], float] = time.time
    seen: tuple[Backup, ...] | None = field(default=None, init=False)

    @property
    def history(self) -> str:
        """There is but one: a copy does not take the service's place."""
        return ""

    async def opened(self) -> None:
        """Have a repository, and before the first backup the keystone."""
        await self.restic.opened()
        if not await self.held():
            await _written(canary.lay, self.plan.place)

    async def held(self) -> tuple[Backup, ...]:
        """Look which snapshots are there, the oldest first."""
        self.seen = await asyncio.to_thread(self._held)
        return self.seen

    async def snapshots(self) -> tuple[Note, ...]:
        """The same, with all that is known of them."""
        return await asyncio.to_thread(self._there)

    def _there(self) -> tuple[Note, ...]:
        try:
            if not (self.restic.folder / "config").exists():
                return ()
            there = self.restic.held()
            return tuple(each for each in self.notes.all() if each.id in there)
        except (OSError, ValueError) as error:
            raise CommandError(f"the repository cannot be read: {error}") from error

    def _held(self) -> tuple[Backup, ...]:
        every = self._there()
        damaged = bool(every) and self._damaged(every[-1])
        return tuple(_backup(each, damaged=damaged) for each in every)

    def _damaged(self, newest: Note) -> bool:
        """Whether a pack was found so, or is shorter, longer or gone since the newest backup."""
        try:
            if self.notes.spoiled():
                return True
            if newest.packs is None:  # it was broken off while older ones were removed
                return False
            number, size, until = newest.packs
            return packs.total(self.restic.folder, until) != (number, size)
        except OSError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error

    async def take(self, _kind: str) -> None:
        """Take one and look at it, then remove what is outdated; one that fails removes nothing."""
        for each in self.plan.folders:
            if not (self.plan.place / each).is_dir():
                raise CommandError(f"the folder {each} is not there: {self.plan.place / each}")
        await self.restic.opened()  # who moves a damaged one aside gets another
        await self.restic.unlocked()
        writer = canary.Canary(place=self.plan.place, clock=self.clock)
        writing = asyncio.create_task(writer.write())
        began = self.clock()
        try:
            await asyncio.sleep(_AROUND)
            put = await pair.put_out(self.plan, str(self.restic.folder))
            since = self.clock()
            copied = await self._copied()
            ended = self.clock()
            await asyncio.sleep(_AROUND)
            writer.ended = True
            await writing
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            shutil.rmtree(self.plan.place / OUT, ignore_errors=True)
        copied = replace(copied, size=copied.size + put)  # a restore makes as much of it again
        taken = self._noted(copied, (began, since, ended), writer)
        await self._looked(len(await self.snapshots()) + 1, began)
        await _written(self.notes.keep, taken)  # what was not looked at is no backup
        await self._outdated(taken)

    async def _copied(self) -> Copied:
        """Raises CommandError; where restic fails for what is in its repository, that is told."""
        try:
            return await self.restic.backup(self.plan.place, self._paths())
        except CommandError:
            await self._whole(packs.spoiled)
            raise

    async def _whole(self, look: Callable[[Path], tuple[str, ...]]) -> None:
        """Raise CommandError for packs that are not what was written, and remember them."""
        before = self.notes.spoiled()
        found = await asyncio.to_thread(look, self.restic.folder)
        if found or before:
            await _written(self.notes.spoil, found)
        if found:
            raise CommandError(told(found))

    def _paths(self) -> tuple[str, ...]:
        own = (OUT,) if self.plan.pair is not None else ()
        return (WRITTEN, *own, *self.plan.folders)

    def _noted(self, copied: Copied, at: tuple[float, float, float], writer: canary.Canary) -> Note:
        whole = [each for each in self.restic.held() if each.startswith(copied.id)]
        if not whole:
            raise CommandError(f"the snapshot {copied.id} is gone as soon as it was taken")
        return Note(
            id=whole[0],
            began=at[0],
            since=at[1],
            ended=at[2],
            size=copied.size,
            added=copied.added,
            files=copied.files,
            gone=copied.gone,
            rows=tuple(writer.rows),
        )

    async def _looked(self, number: int, since: float) -> None:
        """See that all is there for it, and that what was written is what is read.

        Each pack that is new is read, and some of the others: so each is, again and again.
        """
        known = self.notes.spoiled()

        def chosen(pack: Path) -> bool:
            return pack.name in known or packs.due(pack, number, since - 1)

        await self._whole(lambda folder: packs.spoiled(folder, chosen))
        await self.restic.check()

    async def _outdated(self, taken: Note) -> None:
        known = {each.id for each in self.notes.all()}
        await self.restic.forgotten(await asyncio.to_thread(self.restic.held) - known)
        await self.restic.outdate(self.plan.keep)
        there = await asyncio.to_thread(self.restic.held)
        for each in self.notes.all():
            if each.id not in there:
                self.notes.remove(each)
        now = self.clock()
        number, size = await asyncio.to_thread(packs.total, self.restic.folder, now)
        await _written(self.notes.keep, replace(taken, packs=(number, size, now)))

    async def look(self) -> None:
        """There is nothing else to look at."""

    def unseen(self) -> None:
        """Nothing else is shown."""

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running, and what it left half done."""
        if not await strays.ended(self.restic.mark, PROGRAM, self.plan.copies):
            raise CommandError("what an earlier life of this daemon has begun does not end")
        await asyncio.to_thread(shutil.rmtree, self.plan.place / OUT, ignore_errors=True)
        await _written(packs.tidied, self.restic.folder)
        await _written(self.notes.tidy)


def told(spoiled: tuple[str, ...]) -> str:
    """What is said of packs that are damaged."""
    return (
        f"of what was written into the repository {len(spoiled)} files are damaged,"
        f" the first is {spoiled[0]}"
    )


async def _written(act: Callable[..., None], *given: object) -> None:
    try:
        await asyncio.to_thread(act, *given)
    except OSError as error:
        raise CommandError(f"the repository cannot be written to: {error}") from error


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
