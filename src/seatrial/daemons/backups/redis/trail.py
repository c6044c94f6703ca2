"""The rows of a trail in a Redis server: the members of a set, in a database of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups import trail
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Server
from seatrial.daemons.backups.trail import Row

KEY = "seatrial:trail"


@dataclass(kw_only=True)
class Writer:
    """A row is a number that the server has taken in; `rows` grows meanwhile."""

    server: Server
    drill: str
    clock: Callable[[], float] = time.time
    pause: float = trail.PAUSE
    rows: list[Row] = field(default_factory=list)

    async def write(self, until: Callable[[], bool]) -> None:
        """One session, one command a row. Raises CommandError where the server breaks off."""
        async with self.server.session(self.server.login.database) as session:
            while not until():
                row = Row(number=len(self.rows), sent=self.clock())
                self.rows.append(row)
                await session.ask("SADD", KEY, self._member(row.number))
                row.acknowledged = self.clock()
                await asyncio.sleep(self.pause)

    async def found(self) -> set[int]:
        """The numbers of those that are there. Raises CommandError."""
        told = await self.server.ask("SMEMBERS", KEY, database=self.server.login.database)
        if not isinstance(told, list):
            raise CommandError(f"redis, asked for {KEY}: {told!r} is no list")
        split = (str(each).rpartition(":") for each in told)
        return {int(number) for drill, _, number in split if drill == self.drill}

    def _member(self, number: int) -> str:
        return f"{self.drill}:{number}"


@dataclass(kw_only=True)
class Trail(trail.Trail):
    """They are written into `server`."""

    server: Server

    async def _wiped(self) -> None:
        """Those of drills before are nobody's."""
        await self.server.ask("DEL", KEY, database=self.server.login.database)

    def _own(self, drill: str) -> Writer:
        """One session at a time."""
        return Writer(server=self.server, drill=drill, clock=self.clock)
