"""The repository in another region: each snapshot is a file in one of restic's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.far import Far, Held, near
from seatrial.daemons.backups.redis.snapshots import Folder, Snapshot, parsed
from seatrial.daemons.backups.verified import Found


@dataclass(slots=True, kw_only=True)
class Away:
    """`folder` is ours, for what is not there yet. All but the properties raise CommandError."""

    far: Far
    folder: Folder
    _laid: tuple[str, int] = field(default=("", 0), init=False)

    @property
    def marks(self) -> tuple[str, ...]:
        """What redis-cli is called with, and what restic has in its environment."""
        return (str(self.part), self.far.mark)

    @property
    def part(self) -> Path:
        """The file into which a snapshot is taken."""
        return self.folder.part

    async def opened(self) -> None:
        """Have one, which our password opens."""
        await self.far.opened()

    async def held(self) -> tuple[Snapshot, ...]:
        """Those that are whole, the oldest first."""
        return tuple(sorted(await self._known(), key=lambda each: each.made))

    async def _known(self) -> dict[Snapshot, str]:
        """Each with restic's own name of it."""
        return {_snapshot(each): each.id for each in await self.far.held()}

    def backup(self, each: Snapshot, until: float | None = None) -> Backup:
        """All are damaged where a file of the repository was found so when it was read last."""
        damaged = bool(self.far.spoiled())
        return each.backup(stored=each.stored, damaged=damaged, until=until)

    async def lay(self, taken: Snapshot) -> None:
        """Send it; it counts for nothing yet."""
        del taken  # nothing of it is told before it is whole
        found = await self.far.backup(self.part.parent, (self.part.name,))
        self._laid = found.id, found.added
        await self.tidied()

    async def keep(self, taken: Snapshot) -> None:
        """See that it lies there, and have what is known of it with it."""
        name, added = self._laid
        rows = near(taken.rows, taken.since, taken.until)
        note = asdict(replace(taken, rows=rows, stored=added))
        await self.far.noted(name, note)

    async def remove(self, outdated: Iterable[Snapshot]) -> None:
        """Have them there no more, nor what only they hold."""
        known = await self._known()
        there = [known[each] for each in outdated if each in known]  # others are gone already
        await self.far.restic.forgotten(there, prune=True)

    async def bring(self, label: str, file: Path) -> None:
        """Write a snapshot's file."""
        names = [name for each, name in (await self._known()).items() if each.label == label]
        if not names:
            raise CommandError(f"the snapshot {label} is gone")
        await self.far.restore(names[0], file.parent)
        (file.parent / self.part.name).replace(file)

    anew = False  # restic looks at all that is there before it adds to it

    async def verify(self, whole: Callable[[Path], Awaitable[bool]]) -> Found:
        """Read every pack that is there: nobody can ask of an RDB file that is in them."""
        del whole
        return await self.far.verify()

    def needed(self, file: str, newest: str) -> bool:
        """Any snapshot may need a pack; none does once it is right or gone."""
        del newest
        return file in self.far.spoiled()

    async def tidied(self) -> None:
        """Remove what was taken and not sent."""
        try:
            await asyncio.to_thread(self.folder.tidy)
        except OSError as error:
            raise CommandError(f"{self.part.parent} cannot be written to: {error}") from error


def _snapshot(found: Held) -> Snapshot:
    try:
        return parsed(found.note)
    except ValueError as error:
        raise CommandError(str(error)) from error
