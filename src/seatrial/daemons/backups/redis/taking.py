"""A copy takes the place of a Redis server, which begins with an append-only file alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from seatrial.daemons.backups import copy as copies
from seatrial.daemons.backups import taking
from seatrial.daemons.backups.backups import instant, present
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.product import RefusedError, free_at
from seatrial.daemons.backups.redis.copy import FILE, Copy
from seatrial.daemons.backups.redis.keeping import PROGRAM, Keeping
from seatrial.daemons.backups.redis.plan import Plan
from seatrial.daemons.backups.work import Work


@dataclass(kw_only=True)
class Taking(taking.Taking):
    """What it needs."""

    PROGRAM: ClassVar[str] = PROGRAM

    plan: Plan
    keeping: Keeping

    def check(self, copy: copies.Copy, aside: str = "") -> None:
        """Raise RefusedError, also where there is no room to write it down a second time."""
        super().check(copy, aside)
        snapshot, free = copy.folder / FILE, free_at(self.plan.copies)
        needed = snapshot.stat().st_size if snapshot.exists() else 0
        if needed > free and not self._own(copy).appended:
            raise RefusedError(
                f"the disk is too small: the copy is written down once more, which needs"
                f" {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free",
                "make room, then run it again",
            )

    async def _closed(self, work: Work, copy: copies.Copy) -> float:
        """There is no log to be closed: what no snapshot holds is in the copy of what it had."""
        own = self._own(copy)
        if not own.appended:
            work.step("append")
            await own.append()
        held = present(await self.keeping.held())
        newest = f"the newest backup of it is as of {instant(held[-1].reaches)}" if held else ""
        work.result["archive"] = newest or "there is no backup of it"
        return self.clock()

    def _own(self, copy: copies.Copy) -> Copy:
        """The same folder; nobody is led to the address where it is made ready."""
        return Copy(plan=self.plan, folder=copy.folder, port=self.plan.drill_port)

    async def _known(self) -> set[str]:
        """Those that have snapshots."""
        return {each.history for each in await self.keeping.snapshots()}

    def _ready(self, folder: Path) -> None:
        """A server that found no append-only file would begin with nothing."""
        if not Copy(plan=self.plan, folder=folder, port=0).appended:
            raise CommandError(f"in {folder} is nothing with which a durable server begins")
