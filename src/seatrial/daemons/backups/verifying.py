"""Reads all that lies in a repository when that is due, and says what was found."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.figures import VERIFY, Figures
from seatrial.daemons.backups.plan import Plan
from seatrial.daemons.backups.product import Keeping
from seatrial.daemons.backups.verified import Record
from seatrial.daemons.backups.work import Work

_LATE = 2.0  # as the alert has it
_RETRY = 3600.0  # seconds after one that failed: it may have read for hours


class Verifying:
    """What was found is known, and shown, until all was read once more."""

    def __init__(
        self,
        keeping: Keeping,
        plan: Plan,
        figures: Figures,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """What an earlier life of the daemon has found is known."""
        self._keeping, self._every = keeping, plan.verify
        self._figures, self._clock = figures, clock
        self._record = Record(plan.copies, clock())
        self._failed = float("-inf")
        with contextlib.suppress(OSError):  # the folder is not to be had: it begins anew
            self._record.begin()

    def marked(self, held: Iterable[Backup]) -> tuple[Backup, ...]:
        """Those that are held, with those that were found rotten told so."""
        return self._record.marked(held)

    @property
    def late(self) -> bool:
        """Whether nobody has come to the end for twice as long as it should take."""
        return self._clock() - self._record.ended > _LATE * self._every

    def due(self) -> bool:
        """Whether it is time, and the last attempt was no failure of just now."""
        now = self._clock()
        return now - self._failed >= _RETRY and self._record.due(self._every, now)

    async def read(self, work: Work) -> None:
        """Read it. Raises CommandError, OSError and ValueError: then nobody knows more."""
        work.step("read")
        try:
            found = await self._keeping.verify()
            await asyncio.to_thread(self._record.keep, found, self._clock())
        except (CommandError, OSError, ValueError):
            self._failed = self._clock()
            self._figures.failures.labels(VERIFY).inc()
            raise
        self._failed = float("-inf")

    def show(self) -> None:
        """Tell Prometheus."""
        found = self._record.found
        standing = None if found is None else len(self._standing())
        self._figures.verified(self._record.ended, standing)

    def _standing(self) -> tuple[str, ...]:
        found = self._record.found
        return tuple(filter(self._keeping.needed, found.damaged)) if found is not None else ()

    def told(self) -> dict[str, Any] | None:
        """When, how many files, which are damaged, and of those which a restore to now needs."""
        found = self._record.found
        if found is None:
            return None
        return {
            "ended": self._record.ended,
            "files": found.files,
            "damaged": list(found.damaged),
            "needed": list(self._standing()),
        }
