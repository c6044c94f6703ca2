"""A copy takes the place of a PostgreSQL, whose log is archived first, as far as it answers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from seatrial.daemons.backups import strays, taking
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import Copy
from seatrial.daemons.backups.postgres.keeping import Keeping
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.work import Work
from seatrial.daemons.shared.disk import written

_PUSHED = 40.0  # seconds within which what was written last must be in the repository
_TIMES = 3  # how often the log is closed at most: the last time it should take less than a second
_OF_A_RESTORE = re.compile(r"(restore_command|recovery_target\w*|archive_mode)\s*=")


@dataclass(kw_only=True)
class Taking(taking.Taking):
    """What it needs."""

    PROGRAM: ClassVar[str] = "postgres"

    plan: Plan
    keeping: Keeping

    async def _closed(self, work: Work, _copy: Copy) -> float:
        """The instant up to which the history that ends can be restored.

        Once more where it took long: what is written meanwhile is after that instant. Where the
        server is gone, what is in the archive must do.
        """
        work.step("archive")
        server, pushed = self.keeping.server, math.inf
        try:
            for _ in range(_TIMES):
                moment = float(await server.value("SELECT extract(epoch FROM clock_timestamp())"))
                pushed = await server.archived(_PUSHED)
                if pushed < 1:
                    break
        except CommandError as error:
            work.result["archive"] = str(error)
            return self.clock()
        work.result["pushed"] = pushed
        return moment

    async def exchange(self, work: Work, copy: Copy) -> None:
        """Nobody sends segments meanwhile: the next history's would be taken for this one's."""
        if not await strays.called(f"--pg1-path={self.data}", "archive-push:async"):
            raise CommandError("what sends segments to the repositories cannot be ended")
        await super().exchange(work, copy)

    async def _known(self) -> set[str]:
        """Those that have a stanza."""
        return set((await self.keeping.repository.held()).histories)

    def _ready(self, folder: Path) -> None:
        """A restored copy as a server's data: with nothing of the restore."""
        (folder / "postmaster.pid").unlink(missing_ok=True)  # no server runs there: it was killed
        own = folder / "postgresql.auto.conf"
        if own.exists():
            written(own, settled(own.read_text(encoding="utf-8")))


def settled(text: str) -> str:
    """A server's own settings without those that a restore has written."""
    lines = text.splitlines(keepends=True)
    return "".join(each for each in lines if not _OF_A_RESTORE.match(each))
