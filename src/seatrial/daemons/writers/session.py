"""One session of psql: a statement, and whether its answer is known."""

from __future__ import annotations

import asyncio
import contextlib
import os

from seatrial.daemons.shared.psql import words
from seatrial.daemons.writers.plan import Login

_CONNECT = 2  # seconds; libpq takes no less
_END = "."  # written after each answer, and never a part of one


class LostError(Exception):
    """The session ended, or no answer came in time: nobody knows what became of the statement."""


class RefusedError(Exception):
    """The server said no, or there was nobody to ask: nothing was done."""


class Session:
    """A connection that is made when it is needed, and again after it was lost."""

    def __init__(self, login: Login, database: str) -> None:
        """Nothing is connected yet."""
        self._login, self._database = login, database
        self._psql: asyncio.subprocess.Process | None = None

    async def ask(self, statement: str, *, within: float) -> list[str]:
        """The lines of the answer, fields parted by a tab.

        Raises RefusedError where nothing was done, LostError where that is not known.
        """
        psql = self._psql or await self._connected()
        try:
            async with asyncio.timeout(within):
                lines = await _said(psql, f"{statement};\n\\echo {_END}\n")
        except (TimeoutError, OSError, EOFError) as error:
            await self.close()
            raise LostError(f"no answer: {type(error).__name__}") from error
        except asyncio.CancelledError:
            await self.close()
            raise
        wrong = next((each for each in lines if each.startswith(("ERROR:", "FATAL:"))), "")
        if wrong:
            raise RefusedError(wrong)
        if any(each.startswith("WARNING:") for each in lines):
            # as when the wait for a standby was given up: it is written here, and perhaps only here
            raise LostError(lines[0])
        return lines

    async def close(self) -> None:
        """End it without taking leave: who hangs would not hear it."""
        psql, self._psql = self._psql, None
        if psql is not None:
            with contextlib.suppress(ProcessLookupError):
                psql.kill()
            await psql.wait()

    async def _connected(self) -> asyncio.subprocess.Process:
        """A new one, which has answered. Raises RefusedError: nothing was asked of it yet."""
        login = self._login
        try:
            password = login.password.read_text(encoding="utf-8").strip()
            self._psql = psql = await asyncio.create_subprocess_exec(
                *words(host=login.host, port=login.port, user=login.user, database=self._database),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": str(_CONNECT)},
            )
            async with asyncio.timeout(2 * _CONNECT):
                await _said(psql, f"\\echo {_END}\n")
        except (TimeoutError, OSError, EOFError) as error:
            await self.close()
            raise RefusedError(f"no connection: {error}") from error
        except asyncio.CancelledError:
            await self.close()
            raise
        return psql


async def _said(psql: asyncio.subprocess.Process, text: str) -> list[str]:
    """What it writes until the end mark. Raises EOFError, with its last line, where it ends."""
    if psql.stdin is None or psql.stdout is None:
        raise EOFError("psql has no pipes")
    with contextlib.suppress(ConnectionError):  # then what it said last tells more
        psql.stdin.write(text.encode())
        await psql.stdin.drain()
    lines: list[str] = []
    while line := (await psql.stdout.readline()).decode(errors="replace"):
        if line.rstrip("\n") == _END:
            return lines
        lines.append(line.rstrip("\n"))
    raise EOFError(lines[-1] if lines else "psql ended")
