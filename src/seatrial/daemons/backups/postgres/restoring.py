"""The order of steps of a restore, and of the drill that shows that it stops where it should."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.backups import copy as copies
from seatrial.daemons.backups.backups import present
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.canary import Canary
from seatrial.daemons.backups.postgres.copy import Copy
from seatrial.daemons.backups.postgres.keeping import Keeping
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.postgres.server import KEYSTONE, OWN, Server
from seatrial.daemons.backups.product import DRILL, previewed
from seatrial.daemons.backups.work import Work

_BEFORE, _SPREAD, _AFTER = 2.0, 4.0, 2.0  # seconds that are written before, around, after
_LEAST = 5  # rows that are written after the instant, however busy the machine is
_PUSHED = 40.0  # seconds within which a closed segment must be in the repository
OWN_INVARIANT = "what was laid before the first backup is there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What a restore needs."""

    plan: Plan
    keeping: Keeping
    clock: Callable[[], float] = time.time

    def copy(self, name: str) -> Copy:
        """The copy of that name."""
        port = self.plan.drill_port if name == DRILL else self.plan.port
        return Copy(plan=self.plan, folder=self.plan.copies / name, port=port)

    async def preview(self, target: float, copy: copies.Copy | None = None) -> dict[str, Any]:
        """From what an instant is restored, and whether that fits. Raises RefusedError."""
        return await previewed(self.keeping, self.plan, target, self.clock(), copy)

    async def into_copy(self, work: Work, copy: Copy, target: float) -> None:
        """Restore into a copy, replay it, hold it against the invariants; it goes on running."""
        backup = await self.preview(target, copy)
        work.result |= {"target": target, **backup}
        await self.reached(work)
        work.step("restore")
        again = copy.begin()
        began = self.clock()
        found = (backup["backup"], backup["history"])
        await self.keeping.repository.restore(*found, target, copy.folder, again=again)
        restored = self.clock()
        work.step("replay")
        await copy.start()
        copy.unfinished.unlink(missing_ok=True)
        work.result |= {"restored": restored - began, "replayed": self.clock() - restored}
        work.step("invariants")
        work.result["invariants"] = await self.invariants(copy.server)

    async def reached(self, work: Work) -> None:
        """Let the archive reach until now, as far as the server still answers.

        Where it is gone, what is in the archive must do: replaying tells whether it does.
        """
        work.step("archive")
        try:
            work.result["pushed"] = await self.keeping.server.archived(_PUSHED)
        except CommandError as error:
            work.result["archive"] = str(error)

    async def invariants(self, server: Server) -> dict[str, str]:
        """Of each invariant what the copy answers: `t`, `f`, or why it could not be asked."""
        found = {OWN_INVARIANT: await _answer(server, KEYSTONE, OWN)}
        for name, query in self.plan.invariants.items():
            found[name] = await _answer(server, query, "")
        return found

    async def drill(self, work: Work, chance: Callable[[], float]) -> None:
        """Write rows, restore to an instant among them, and tell which rows are there.

        `chance` gives 0 to 1. Raises CommandError and RefusedError.
        """
        work.step("backup")
        if not present(await self.keeping.held()):
            await self.keeping.take("full")
        work.step("write")
        name = f"{self.clock():.0f}"
        canary = Canary(server=self.keeping.server, drill=name, clock=self.clock)
        target = round(self.clock() + _BEFORE + _SPREAD * chance(), 6)
        await self.keeping.server.ask("DELETE FROM canary", database=OWN)
        await canary.write(
            lambda: self.clock() > target + _AFTER and canary.since(target) >= _LEAST
        )
        work.step("archive")
        work.result["archive_timeout"] = await self.keeping.server.value(
            "SELECT setting FROM pg_settings WHERE name = 'archive_timeout'"
        )
        work.result["mode"] = await self.keeping.server.value("SHOW archive_mode")
        work.result["pushed"] = await self.keeping.server.archived(_PUSHED)
        copy = self.copy(DRILL)
        await copy.remove()
        try:
            await self.into_copy(work, copy, target)
            work.step("rows")
            there = await canary.there(copy.server)
        finally:
            await copy.remove()
        work.result["rows"] = [
            {"sent": each.sent, "acknowledged": each.acknowledged, "there": each.number in there}
            for each in canary.rows
        ]


async def _answer(server: Server, query: str, database: str) -> str:
    try:
        return await server.value(query, database=database)
    except CommandError as error:
        return str(error)
