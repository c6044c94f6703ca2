"""The repository at home: a folder whose files are read as they are, with notes beside it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.files import packs
from seatrial.daemons.backups.files.notes import Note, Notes, written
from seatrial.daemons.backups.restic import PROGRAM, Copied, Restic, UnreadError, damaged, headless
from seatrial.daemons.backups.shares import due, following
from seatrial.daemons.backups.verified import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`restic` has the repository in this `folder`; all but the newest is kept for `keep_s`."""

    folder: Path
    restic: Restic
    known: Notes
    keep_s: float
    clock: Callable[[], float] = time.time

    @classmethod
    def at(cls, folder: Path, password: Path, secret: str, keep_s: float) -> Home:
        """Below that folder, and opened by what the password's file holds, that secret."""
        own = folder / PROGRAM
        restic = Restic(repository=str(own), password=password, secret=secret)
        return cls(folder=own, restic=restic, known=Notes(folder / "notes"), keep_s=keep_s)

    @property
    def mark(self) -> str:
        """What all that is started for it has in its environment."""
        return self.restic.mark

    async def opened(self) -> None:
        """Have one, which our password opens. Raises CommandError."""
        await asyncio.to_thread(self.folder.parent.mkdir, parents=True, exist_ok=True)
        await self.restic.opened(there=await asyncio.to_thread(self._there))

    def _there(self) -> bool:
        """Whether somebody has made one. Raises CommandError."""
        try:
            if (self.folder / "config").exists():
                return True
            left = self.folder.is_dir() and any(each.is_file() for each in self.folder.rglob("*"))
        except OSError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error
        if left:
            raise CommandError(headless(str(self.folder)))
        return False

    async def notes(self) -> tuple[Note, ...]:
        """What is known of each snapshot that is whole. Raises CommandError."""
        return await asyncio.to_thread(self._notes)

    def _notes(self) -> tuple[Note, ...]:
        try:
            if not (self.folder / "config").exists():
                return ()
            there = self._held()
            return tuple(each for each in self.known.all() if each.id in there)
        except (OSError, ValueError) as error:
            raise CommandError(f"the repository cannot be read: {error}") from error

    def _held(self) -> frozenset[str]:
        """The snapshots that are there, by their whole ids. Raises OSError."""
        return frozenset(each.name for each in (self.folder / "snapshots").iterdir())

    async def damaged(self, newest: Note) -> bool:
        """Whether a pack was found so, or is shorter, longer or gone since the newest backup."""
        return await asyncio.to_thread(self._damaged, newest)

    def _damaged(self, newest: Note) -> bool:
        try:
            if self.known.spoiled():
                return True
            if newest.packs is None:  # it was broken off while older ones were removed
                return False
            number, size, until = newest.packs
            return packs.total(self.folder, until) != (number, size)
        except OSError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error

    async def verify(self) -> Found:
        """Read every pack, and remember those that are not what was written.

        One after the other, so that it can be broken off. Raises CommandError.
        """
        read: dict[str, bool] = {}
        try:
            for each in await asyncio.to_thread(lambda: list(packs.packs(self.folder))):
                with contextlib.suppress(FileNotFoundError):  # a backup has removed it meanwhile
                    read[each.name] = await asyncio.to_thread(packs.right, each)
            there = {each.name for each in packs.packs(self.folder)}
        except OSError as error:
            raise CommandError(f"the repository cannot be read: {error}") from error
        wrong = tuple(sorted(name for name, right in read.items() if not right))
        # what a backup has found meanwhile, of what has come since, stays known
        known = self.spoiled()
        spoiled = {*wrong, *(known & there - read.keys())}
        if spoiled != known:
            await written(self.known.spoil, sorted(spoiled))
        return Found(files=len(read), damaged=wrong)

    def spoiled(self) -> frozenset[str]:
        """The packs that were found damaged. Raises CommandError."""
        try:
            return self.known.spoiled()
        except OSError as error:
            raise CommandError(f"what was found damaged cannot be read: {error}") from error

    async def backup(self, place: Path, paths: Iterable[str]) -> Copied:
        """Take a snapshot. Raises CommandError, which tells of what is damaged there."""
        await self.restic.unlocked()
        try:
            found = await self.restic.backup(place, paths)
        except UnreadError:
            raise
        except CommandError as failed:
            try:
                await self._whole(packs.spoiled)
            except CommandError as error:
                raise CommandError(f"{failed}; {error}") from error
            raise
        whole = [each for each in self._held() if each.startswith(found.id)]
        if not whole:
            raise CommandError(f"the snapshot {found.id} is gone as soon as it was taken")
        return replace(found, id=whole[0])

    async def _whole(self, look: Callable[[Path], tuple[str, ...]]) -> None:
        """Raise CommandError for packs that are not what was written, and remember them."""
        before = self.known.spoiled()
        found = await asyncio.to_thread(look, self.folder)
        if found or before:
            await written(self.known.spoil, found)
        if found:
            raise CommandError(damaged(found))

    async def keep(self, taken: Note) -> None:
        """Look at it, note it, and then remove what is outdated. Raises CommandError."""
        before = await self.notes()
        since = before[-1].ended if before else 0.0
        taken = replace(taken, number=following(each.number for each in before))
        await self._looked(taken.number, since)
        await written(self.known.keep, taken)  # what was not looked at is no backup
        await self._outdated(taken)

    async def _looked(self, number: int, since: float) -> None:
        """See that all is there for it, and that what was written is what is read.

        Each pack is read that was written after the backup before had ended, since it was looked
        at only then: also what was written anew as others went. So are some of the others, and
        thereby each again and again.
        """
        known = self.known.spoiled()

        def chosen(pack: Path) -> bool:
            new = pack.stat().st_mtime >= since - 1  # a kernel's clock for files is coarse
            return pack.name in known or new or due(pack.name, number)

        await self._whole(lambda folder: packs.spoiled(folder, chosen))
        await self.restic.check()

    async def _outdated(self, taken: Note) -> None:
        known = {each.id for each in await self.notes()}
        await self.restic.forgotten(await asyncio.to_thread(self._held) - known)
        await self.restic.outdate(self.keep_s)
        there = await asyncio.to_thread(self._held)
        for each in self.known.all():
            if each.id not in there:
                self.known.remove(each)
        now = self.clock()
        number, size = await asyncio.to_thread(packs.total, self.folder, now)
        await written(self.known.keep, replace(taken, packs=(number, size, now)))

    async def restore(self, note: Note, into: Path) -> None:
        """Write what it holds below a folder. Raises CommandError, also for any damaged pack."""
        await self.restic.unlocked()
        spoiled = await asyncio.to_thread(packs.spoiled, self.folder)
        if spoiled:
            raise CommandError(damaged(spoiled))
        await self.restic.restore(note.id, into)

    async def tidied(self) -> None:
        """Remove what an earlier life of the daemon has left half done. Raises CommandError."""
        await written(packs.tidied, self.folder)
        await written(self.known.tidy)
