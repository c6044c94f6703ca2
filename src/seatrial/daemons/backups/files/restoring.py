"""The order of steps of a restore of files, and of the drill that shows what a snapshot holds."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups import copy as copies
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.files import canary, pair
from seatrial.daemons.backups.files.copy import Copy
from seatrial.daemons.backups.files.keeping import Keeping
from seatrial.daemons.backups.files.notes import Note
from seatrial.daemons.backups.files.plan import OWN, Plan
from seatrial.daemons.backups.files.same import unlike
from seatrial.daemons.backups.product import DRILL, TICK, previewed
from seatrial.daemons.backups.work import Work

OWN_INVARIANT = "what was laid before the first backup is there"
SAME = "what has not changed since then is in it as it is"
_HOLDS = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What a restore needs."""

    plan: Plan
    keeping: Keeping
    clock: Callable[[], float] = time.time

    def copy(self, name: str) -> Copy:
        """The copy of that name."""
        return Copy(folder=self.plan.copies / name)

    async def preview(self, target: float, copy: copies.Copy | None = None) -> dict[str, Any]:
        """From which snapshot it is restored, and whether that fits. Raises RefusedError."""
        return await previewed(self.keeping, self.plan, target, self.clock(), copy)

    async def into_copy(self, work: Work, copy: Copy, target: float) -> None:
        """Restore into a copy, hold it against the invariants; it stays."""
        found = await self._brought(work, copy, target)
        self._counted(work, copy, found)
        work.step("invariants")
        work.result["invariants"] = await self.invariants(copy.folder, found)
        await asyncio.to_thread(shutil.rmtree, copy.folder / OWN, ignore_errors=True)

    async def _brought(self, work: Work, copy: Copy, target: float) -> Note:
        """The newest snapshot that is not after the instant, as a folder."""
        backup = await self.preview(target, copy)
        work.result |= {"target": target, **backup}
        work.step("restore")
        found = await self._snapshot(backup["backup"])
        await asyncio.to_thread(copy.begin)
        began = self.clock()
        await self.plan.repository.restore(found, copy.folder)
        restored = self.clock()
        work.step("load")
        for each in self.plan.kept:
            (copy.folder / each).mkdir(exist_ok=True)
        await pair.put_back(self.plan, copy.folder)
        copy.unfinished.unlink(missing_ok=True)
        work.result |= {"restored": restored - began, "loaded": self.clock() - restored}
        return found

    def _counted(self, work: Work, copy: Copy, found: Note) -> None:
        """Which of the files that were written while the snapshot was taken are in it."""
        work.step("rows")
        written = copy.folder / self.plan.written
        work.result["moment_between"] = [found.since, found.ended]
        work.result["rows"] = [
            {"sent": began, "acknowledged": there, "there": canary.there(written, number)}
            for number, began, there in found.rows
        ]

    async def _snapshot(self, label: str) -> Note:
        for each in await self.keeping.snapshots():
            if each.label == label:
                return each
        raise CommandError(f"the snapshot {label} is gone")

    async def invariants(self, copy: Path, found: Note) -> Mapping[str, str]:
        """Of each invariant `t`, or what is said where it does not hold."""
        plan = self.plan
        other = await asyncio.to_thread(unlike, plan.place, copy, plan.folders, found.since)
        answers = {
            OWN_INVARIANT: _HOLDS if canary.laid(copy / plan.written) else "it is gone",
            SAME: other or _HOLDS,
        }
        for name, command in plan.invariants.items():
            failed = await pair.run(plan, command, copy)
            answers[name] = failed or _HOLDS
        return answers

    async def drill(self, work: Work, chance: Callable[[], float]) -> None:
        """Restore to a random moment; take a backup, and hold a copy of it against the invariants.

        `chance` gives 0 to 1. Raises CommandError and RefusedError.
        """
        work.step("backup")
        if not await self.keeping.held():
            await self.keeping.take("full")
        standing, now = await self.keeping.held(), self.clock()
        copy = self.copy(DRILL)
        await copy.remove()
        try:
            first = standing[0].reaches
            target = first + max(0.0, now - first) * chance()
            found = await self._brought(work, copy, target)
            self._counted(work, copy, found)
            await copy.remove()
            work.step("take")
            await self.keeping.take("full")
            newest = (await self.keeping.held())[-1]
            work.result |= {
                "took": newest.ended - newest.began,
                "every": self.plan.schedule["full"] + TICK,
            }
            await self._held(work, copy, newest.label)
        finally:
            await copy.remove()

    async def _held(self, work: Work, copy: Copy, label: str) -> None:
        """Hold a copy of the newest one against the invariants; the restore before is told of."""
        aside = Work(kind=work.kind, about=work.about)
        work.step("newest")
        found = await self._brought(aside, copy, self.clock())
        if found.label != label:
            raise CommandError(f"the newest backup is {label}, and {found.label} was restored")
        work.step("invariants")
        work.result["invariants"] = await self.invariants(copy.folder, found)
