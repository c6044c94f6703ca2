"""Where the snapshots of a service's files lie, as keeping and restoring need it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from seatrial.daemons.backups.files.notes import Note
from seatrial.daemons.backups.restic import Copied
from seatrial.daemons.backups.verified import Found


class Repository(Protocol):
    """One that lies at home or in another region. All but `mark` raise CommandError."""

    @property
    def mark(self) -> str:
        """What all that is started for it has in its environment."""

    async def opened(self) -> None:
        """Have one; who moves a damaged one aside gets another."""

    async def notes(self) -> tuple[Note, ...]:
        """What is known of each snapshot that is whole, the oldest first."""

    async def damaged(self, newest: Note) -> bool:
        """Whether what was written is not what lies there."""

    async def verify(self) -> Found:
        """Read every pack, and remember those that are not what was written."""

    def spoiled(self) -> frozenset[str]:
        """The packs that were found so, until they are right or gone."""

    async def backup(self, place: Path, paths: Iterable[str]) -> Copied:
        """Take a snapshot of paths in a place, which is none before it is kept."""

    async def keep(self, taken: Note) -> None:
        """See that all of it is there, and keep it; only then what is outdated goes."""

    async def restore(self, note: Note, into: Path) -> None:
        """Write what it holds below a folder; nothing where anything of the repository is wrong."""

    async def tidied(self) -> None:
        """Remove what an earlier life of the daemon has left half done."""
