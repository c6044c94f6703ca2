"""Rows that are written one after the other, each with when it was sent and acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.server import OWN, Server
from seatrial.daemons.backups.trail import Row

_PAUSE = 0.02  # seconds between two rows
_PATIENCE = 30.0
_GRACE = 5.0


@dataclass(kw_only=True)
class Canary:
    """Writes until it is told to stop; `rows` grows meanwhile.

    `pause` is the time between two rows, in seconds.
    """

    server: Server
    drill: str
    clock: Callable[[], float] = time.time
    pause: float = _PAUSE
    rows: list[Row] = field(default_factory=list)

    async def write(self, until: Callable[[], bool]) -> None:
        """One session, one transaction a row. Raises CommandError where the server breaks off."""
        process = await asyncio.create_subprocess_exec(
            *self.server.words(OWN),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self.server.environment},
        )
        try:
            async with asyncio.timeout(None) as limit:
                while not until():
                    limit.reschedule(asyncio.get_running_loop().time() + _PATIENCE)
                    await self._row(process)
                    await asyncio.sleep(self.pause)
        except TimeoutError:
            raise CommandError(f"a row was not acknowledged within {_PATIENCE:.0f} s") from None
        finally:
            await _ended(process)

    def since(self, instant: float) -> int:
        """How many rows were sent after an instant."""
        return sum(each.sent > instant for each in self.rows)

    async def there(self, server: Server) -> set[int]:
        """The numbers of those that are there on that server. Raises CommandError."""
        own = f"SELECT number FROM canary WHERE drill = '{self.drill}'"  # noqa: S608 - of our making
        return {int(each[0]) for each in await server.ask(own, database=OWN)}

    async def found(self) -> set[int]:
        """The same, on the server to which they were written."""
        return await self.there(self.server)

    async def _row(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise CommandError("psql has no pipes")
        row = Row(number=len(self.rows), sent=self.clock())
        self.rows.append(row)
        values = f"('{self.drill}', {row.number})"  # both of our own making
        insert = f"INSERT INTO canary VALUES {values} RETURNING number;\n"  # noqa: S608 - see above
        try:
            process.stdin.write(insert.encode())
            await process.stdin.drain()
            said = await process.stdout.readline()
        except OSError as error:
            raise CommandError(f"psql broke off: {error}") from error
        if said.strip() != str(row.number).encode():
            raise CommandError(f"row {row.number} was not acknowledged: the server broke off")
        row.acknowledged = self.clock()


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Let psql take its leave, so that the server logs no broken connection; else kill it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
