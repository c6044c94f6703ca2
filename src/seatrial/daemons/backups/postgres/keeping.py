"""Backups of a PostgreSQL server as the desk orders them, and how its archiver does."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.archiver import ARCHIVER, Archiving, archiver
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.postgres.repository import Repository
from seatrial.daemons.backups.postgres.server import Server


@dataclass(slots=True, kw_only=True)
class Keeping:
    """All but `unseen` raise CommandError."""

    plan: Plan
    repository: Repository
    server: Server
    archiving: Archiving
    clock: Callable[[], float] = time.time
    seen: tuple[Backup, ...] | None = field(default=None, init=False)

    @property
    def history(self) -> str:
        """Which of the server's histories its backups are of now. Raises OSError."""
        return self.repository.history

    async def opened(self) -> None:
        """Have a stanza, and in the server what drills write into."""
        await self.repository.opened()
        held = await self.repository.held()
        if later := self.plan.histories.later(held.histories, self.history):
            raise CommandError(
                f"the repository holds a later history, {', '.join(later)}, than that of the data,"
                f" {self.history}: they were put back by other means than `seatrial restore`"
            )
        await self.server.furnished(first=self.plan.lays and not held.backups)

    async def held(self) -> tuple[Backup, ...]:
        """Look which backups are whole, the oldest first."""
        self.seen = (await self.repository.held()).backups
        return self.seen

    async def take(self, kind: str) -> None:
        """Take a backup; returns when it is whole and its log is archived.

        Then what is held of a history that ended longer ago than all is kept is deleted.
        """
        await self.repository.take(kind)
        known = (await self.repository.held()).histories
        before = self.clock() - self.plan.keep
        # the backup is whole all the same: what is left takes room, and it is tried after the next
        with contextlib.suppress(CommandError):
            for each in self.plan.histories.outdated(known, self.history, before):
                await self.repository.forget(each)

    async def look(self) -> None:
        """Look at the archiver. Raises ValueError, too."""
        rows = await self.server.ask(ARCHIVER)
        self.archiving.found(archiver(rows[0]))

    def unseen(self) -> None:
        """Show nothing of the archiver."""
        self.archiving.found(None)

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running."""
        word, ends = f"--config={self.plan.config}", signal.SIGQUIT
        if not await strays.ended(word, "postgres", self.plan.copies, ends):
            raise CommandError("what an earlier life of this daemon has begun does not end")
