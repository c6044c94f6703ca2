"""The order of steps of a restore of Redis, and of the drill that shows what a snapshot holds."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.backups import copy as copies
from seatrial.daemons.backups.backups import present
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.product import DRILL, TICK, previewed
from seatrial.daemons.backups.redis.canary import COUNTER
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.copy import FILE, Copy
from seatrial.daemons.backups.redis.keeping import KEYSTONE, Keeping, check
from seatrial.daemons.backups.redis.plan import Plan
from seatrial.daemons.backups.redis.snapshots import Snapshot
from seatrial.daemons.backups.work import Work

OWN_INVARIANT = "what was laid before the first backup is there"
_HOLDS = "t"


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
        """From which snapshot it is restored, and whether that fits. Raises RefusedError."""
        return await previewed(self.keeping, self.plan, target, self.clock(), copy)

    async def into_copy(self, work: Work, copy: Copy, target: float) -> None:
        """Restore into a copy, hold it against the invariants; it goes on running."""
        await self._brought(work, copy, target)
        await self._counted(work, copy)
        work.step("invariants")
        work.result["invariants"] = await self.invariants(copy.server)

    async def _brought(self, work: Work, copy: Copy, target: float) -> None:
        """The newest snapshot that is not after the instant, as a server that answers."""
        backup = await self.preview(target, copy)
        work.result |= {"target": target, **backup}
        work.step("restore")
        copy.begin()
        copy.snapped.touch()
        began = self.clock()
        await self.plan.repository.bring(backup["backup"], copy.folder / FILE)
        await check(copy.folder / FILE)
        restored = self.clock()
        work.step("load")
        await copy.start()
        copy.unfinished.unlink(missing_ok=True)
        work.result |= {"restored": restored - began, "loaded": self.clock() - restored}

    async def _counted(self, work: Work, copy: Copy) -> None:
        """Which of the rows that were written while the snapshot was taken are in it."""
        work.step("rows")
        told = await copy.server.ask(
            "GET", self.plan.own(COUNTER), database=self.plan.server.database
        )
        there = int(str(told)) if told is not None else 0
        found = await self._snapshot(work.result["backup"])
        work.result["moment_between"] = [found.since, found.until]
        work.result["rows"] = [
            {"sent": sent, "acknowledged": acknowledged, "there": number <= there}
            for number, sent, acknowledged in found.rows
        ]

    async def _snapshot(self, label: str) -> Snapshot:
        for each in await self.keeping.snapshots():
            if each.label == label:
                return each
        raise CommandError(f"the snapshot {label} is gone")

    async def invariants(self, server: Server) -> Mapping[str, str]:
        """Of each invariant `t`, or what the copy answers in place of 1."""
        database = self.plan.server.database
        found = {
            OWN_INVARIANT: await _answer(server, ("EXISTS", self.plan.own(KEYSTONE)), database)
        }
        for name, command in self.plan.invariants.items():
            found[name] = await _answer(server, tuple(shlex.split(command)), 0)
        return found

    async def drill(self, work: Work, chance: Callable[[], float]) -> None:
        """Restore what was there to a random moment; take a snapshot, and ask a copy of that.

        `chance` gives 0 to 1. Raises CommandError and RefusedError.
        """
        work.step("backup")
        if not present(await self.keeping.held()):
            await self.keeping.take("full")
        standing, now = present(await self.keeping.held()), self.clock()
        copy = self.copy(DRILL)
        await copy.remove()
        try:
            first = standing[0].reaches
            await self._brought(work, copy, first + max(0.0, now - first) * chance())
            await self._counted(work, copy)
            await copy.remove()
            work.step("take")
            await self.keeping.take("full")
            newest = (await self.keeping.held())[-1]
            work.result |= {
                "took": newest.ended - newest.began,
                "every": self.plan.schedule["full"] + TICK,
            }
            work.step("newest")
            aside = Work(kind=work.kind, about=work.about)  # the restore before is told of
            await self._brought(aside, copy, max(self.clock(), newest.reaches))
            work.step("invariants")
            work.result["invariants"] = await self.invariants(copy.server)
        finally:
            await copy.remove()


async def _answer(server: Server, words: tuple[str, ...], database: int) -> str:
    try:
        told = await server.ask(*words, database=database)
    except CommandError as error:
        return str(error)
    return _HOLDS if told == 1 else f"it answers {told!r}, not 1"
