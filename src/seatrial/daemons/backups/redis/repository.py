"""Where the snapshots of a Redis store lie, as keeping and restoring need it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.redis.snapshots import Snapshot
from seatrial.daemons.backups.verified import Found


class Repository(Protocol):
    """One that lies at home or in another region. All but the properties raise CommandError."""

    @property
    def marks(self) -> tuple[str, ...]:
        """One of these is among the words, or in the environment, of all that is started for it."""

    @property
    def part(self) -> Path:
        """The file into which a snapshot is taken."""

    async def opened(self) -> None:
        """Have one; who moves a damaged one aside gets another."""

    async def held(self) -> tuple[Snapshot, ...]:
        """Those that are whole, the oldest first."""

    def backup(self, each: Snapshot, until: float | None = None) -> Backup:
        """As every product's backups are told. Its history went on `until` then."""

    async def lay(self, taken: Snapshot) -> None:
        """Have in it what was taken into the file; that is gone then."""

    async def keep(self, taken: Snapshot) -> None:
        """Have it there as a whole, with all that is known of it."""

    async def remove(self, outdated: Iterable[Snapshot]) -> None:
        """Have them there no more."""

    async def bring(self, label: str, file: Path) -> None:
        """Have a snapshot's file there."""

    @property
    def anew(self) -> bool:
        """Whether another snapshot begins without what is damaged."""

    async def verify(self, whole: Callable[[Path], Awaitable[bool]]) -> Found:
        """Read all that lies there; `whole` tells of an RDB file."""

    def needed(self, file: str, newest: str) -> bool:
        """Whether the snapshot of the label `newest` needs a damaged file. Raises CommandError."""

    async def tidied(self) -> None:
        """Remove what an earlier life of the daemon has left half done."""
