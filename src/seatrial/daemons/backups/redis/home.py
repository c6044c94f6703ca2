"""The repository at home: a folder of snapshots."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.snapshots import Folder, Snapshot
from seatrial.daemons.backups.verified import Found


@dataclass(frozen=True, slots=True)
class Home:
    """It is this `folder`."""

    folder: Folder

    @property
    def marks(self) -> tuple[str, ...]:
        """What redis-cli is called with."""
        return (str(self.part),)

    @property
    def part(self) -> Path:
        """The file into which a snapshot is taken."""
        return self.folder.part

    async def opened(self) -> None:
        """It is there since the daemon was started."""

    async def held(self) -> tuple[Snapshot, ...]:
        """Those that are whole, the oldest first. Raises CommandError."""
        try:
            return await asyncio.to_thread(self.folder.held)
        except (OSError, ValueError) as error:
            raise CommandError(f"the repository cannot be read: {error}") from error

    def backup(self, each: Snapshot, until: float | None = None) -> Backup:
        """Damaged is one whose file is not as long as it was."""
        return self.folder.backup(each, until)

    async def lay(self, taken: Snapshot) -> None:
        """The file becomes the snapshot's. Raises CommandError."""
        await _written(self.folder.keep, taken, self.part)

    async def keep(self, taken: Snapshot) -> None:
        """Tell of it anew. Raises CommandError."""
        await _written(self.folder.keep, taken)

    async def remove(self, outdated: Iterable[Snapshot]) -> None:
        """Have them there no more. Raises CommandError."""
        for each in outdated:
            await _written(self.folder.remove, each)

    async def bring(self, label: str, file: Path) -> None:
        """Copy a snapshot's file. Raises OSError."""
        await asyncio.to_thread(shutil.copyfile, self.folder.file(label), file)

    anew = True  # each is a file of its own

    async def verify(self, whole: Callable[[Path], Awaitable[bool]]) -> Found:
        """Read each snapshot; one that is removed meanwhile is none. Raises CommandError."""
        read: dict[str, bool] = {}
        for each in await self.held():
            file = self.folder.file(each.label)
            right = await whole(file)
            if file.exists():
                read[each.label] = right
        wrong = tuple(label for label, right in read.items() if not right)
        return Found(
            files=len(read),
            damaged=tuple(self.folder.file(each).name for each in wrong),
            rotten=wrong,
        )

    def needed(self, file: str, newest: str) -> bool:
        """Each is whole by itself."""
        return file == self.folder.file(newest).name

    async def tidied(self) -> None:
        """Remove what is half done. Raises CommandError."""
        await _written(self.folder.tidy)


async def _written(act: Callable[..., None], *given: object) -> None:
    try:
        await asyncio.to_thread(act, *given)
    except OSError as error:
        raise CommandError(f"the repository cannot be written to: {error}") from error
