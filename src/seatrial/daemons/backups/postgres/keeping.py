"""Backups of a PostgreSQL server as the desk orders them, and how its archiver does."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups import strays
from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.archiver import ARCHIVER, SEGMENT, Archiving, archiver
from seatrial.daemons.backups.postgres.holes import Segment, folders, holes, way
from seatrial.daemons.backups.postgres.identity import Identity
from seatrial.daemons.backups.postgres.info import Log
from seatrial.daemons.backups.postgres.plan import SEARCH, Plan
from seatrial.daemons.backups.postgres.repository import Repository
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.postgres.tables import Tables
from seatrial.daemons.backups.postgres.verify import found, needed
from seatrial.daemons.backups.verified import Found

_LISTED = 30.0  # seconds between two looks for holes


@dataclass(slots=True, kw_only=True)
class Keeping:
    """All but `unseen` raise CommandError."""

    plan: Plan
    repository: Repository
    server: Server
    archiving: Archiving
    tables: Tables
    identity: Identity
    clock: Callable[[], float] = time.time
    seen: tuple[Backup, ...] | None = field(default=None, init=False)
    _log: Log | None = field(default=None, init=False)
    _full: tuple[str, str] = field(default=("", ""), init=False)
    _lacked: frozenset[Segment] = field(default=frozenset(), init=False)
    _listed: float = field(default=float("-inf"), init=False)

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
        held = await self.repository.held()
        self.seen, self._log, self._full = held.backups, held.log, held.full
        return self.seen

    async def log(self) -> Log | None:
        """Where the archived log lies; None without a backup."""
        await self.held()
        return self._log

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

    async def verify(self) -> Found:
        """Read all that lies in the repository. Raises ValueError, too."""
        before = await self.repository.held()
        told = []
        for each in before.histories:
            try:
                told.append((each, await self.repository.verified(each)))
            except (CommandError, ValueError):
                if each in (await self.repository.held()).histories:
                    raise  # else it was outdated meanwhile
        after = await self.repository.held()
        return found(told, before.backups, after.backups)

    @property
    def anew(self) -> bool:
        """A full one does."""
        return True

    def needed(self, file: str) -> bool:
        """Whether the newest full backup needs it, or what came since."""
        return needed(file, self.history, *self._full)

    async def look(self) -> None:
        """Look at the archiver. Raises ValueError, too."""
        rows = await self.server.ask(ARCHIVER)
        self.archiving.found(archiver(rows[0]))
        if self.clock() - self._listed < _LISTED:
            return
        self._listed = self.clock()
        with contextlib.suppress(CommandError, ValueError):  # names alone
            await self.tables.look()
        with contextlib.suppress(CommandError):  # who restores asks again
            await self.identity.seen()
        try:
            lacks = await self._lacks()
        except (CommandError, ValueError):  # all else of it is known
            self._lacked = frozenset()
            self.archiving.lacking(None)
            return
        # what is archived later may be there sooner: a hole is what was one before
        self.archiving.lacking(len(lacks & self._lacked))
        self._lacked = lacks

    async def _lacks(self) -> frozenset[Segment]:
        """The holes in the log since the newest backup. Raises CommandError and ValueError."""
        log = self._log
        if log is None:
            raise ValueError("there is no backup")
        (current, bytes_), *_ = await self.server.ask(SEGMENT)
        size, timeline = int(bytes_), int(current[:8], 16)
        same = timeline == int(log.since[:8], 16)
        history = "" if same else await self.repository.line(log.folder, timeline)
        along = way(history, timeline, size)
        names: list[str] = []
        for each in folders(await self.repository.listed(log.folder), log.since):
            names += await self.repository.listed(f"{log.folder}/{each}")
        return holes(names, log.since, along, size)

    def unseen(self) -> None:
        """Show nothing of the archiver."""
        self.archiving.found(None)
        self.archiving.lacking(None)

    async def tidied(self) -> None:
        """End what an earlier life of the daemon has left running."""
        word, ends = f"--config={self.plan.config}", signal.SIGQUIT
        if not await strays.ended(word, "postgres", self.plan.copies, ends):
            raise CommandError("what an earlier life of this daemon has begun does not end")
        await asyncio.to_thread(shutil.rmtree, self.plan.copies / SEARCH, ignore_errors=True)
