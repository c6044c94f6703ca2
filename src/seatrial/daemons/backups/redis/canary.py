"""A counter that is raised while a snapshot is taken: its value there tells when that was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.redis.snapshots import Row

COUNTER = "seatrial:canary"
_PAUSE = 0.05  # seconds between two rows


@dataclass(kw_only=True)
class Canary:
    """Raises it until the clock shows `until`; `rows` grows meanwhile.

    A row is one step of the counter, by its value, which the server acknowledges.
    """

    server: Server
    counter: str = COUNTER
    clock: Callable[[], float] = time.time
    until: float = float("inf")
    rows: list[Row] = field(default_factory=list)
    error: str = ""

    async def write(self) -> None:
        """One session; where the server breaks off or refuses, `error` says so, and it ends."""
        try:
            async with self.server.session(self.server.login.database) as session:
                while self.clock() < self.until:
                    sent = self.clock()
                    number = await session.ask("INCR", self.counter)
                    self.rows.append((int(str(number)), sent, self.clock()))
                    await asyncio.sleep(_PAUSE)
        except (CommandError, ValueError) as error:
            self.error = str(error)
