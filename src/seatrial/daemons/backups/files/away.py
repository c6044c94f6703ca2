"""The repository in another region: what is known of its snapshots lies there, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.far import Far, Held, near
from seatrial.daemons.backups.files.notes import Note, parsed
from seatrial.daemons.backups.restic import Copied
from seatrial.daemons.backups.verified import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """All but the newest in `far` is kept for `keep_s`. All but `mark` raise CommandError."""

    far: Far
    keep_s: float

    @property
    def mark(self) -> str:
        """What all that is started for it has in its environment."""
        return self.far.mark

    async def opened(self) -> None:
        """Have one, which our password opens."""
        await self.far.opened()

    async def notes(self) -> tuple[Note, ...]:
        """What is known of each snapshot that is whole, the oldest first."""
        found = [_note(each) for each in await self.far.held()]
        return tuple(sorted(found, key=lambda each: each.ended))

    async def damaged(self, _newest: Note) -> bool:
        """Whether a pack was found so when it was read last: none is for each look."""
        return bool(self.spoiled())

    async def verify(self) -> Found:
        """Read every pack that is there."""
        return await self.far.verify()

    def spoiled(self) -> frozenset[str]:
        """The packs that were found damaged."""
        return self.far.spoiled()

    async def backup(self, place: Path, paths: Iterable[str]) -> Copied:
        """Take a snapshot."""
        return await self.far.backup(place, paths)

    async def keep(self, taken: Note) -> None:
        """Look at it, have its note with it, and then remove what is outdated."""
        rows = near(taken.rows, taken.since, taken.ended)
        await self.far.noted(taken.id, asdict(replace(taken, rows=rows)))
        await self.far.restic.outdate(self.keep_s)

    async def restore(self, note: Note, into: Path) -> None:
        """Write what it holds below a folder."""
        await self.far.restore(note.id, into)

    async def tidied(self) -> None:
        """An S3 server has a file whole or not at all; a snapshot without a note counts not."""


def _note(found: Held) -> Note:
    try:
        return parsed({**found.note, "id": found.id})
    except ValueError as error:
        raise CommandError(str(error)) from error
