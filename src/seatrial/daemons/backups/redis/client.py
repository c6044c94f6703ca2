"""One session with a Redis server: commands as words, answers as they come.

Format: RESP2, https://redis.io/docs/latest/develop/reference/protocol-spec/.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.plan import Login

_WITHIN = 30.0  # seconds for an answer
_END = b"\r\n"
Answer = str | int | list["Answer"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that answers at `login`."""

    login: Login

    def at(self, host: str, port: int) -> Server:
        """A copy of it that answers elsewhere, with the same password."""
        return Server(login=replace(self.login, host=host, port=port))

    def password(self) -> str:
        """Empty where it has none. Raises CommandError where it cannot be read."""
        file = self.login.password
        try:
            return file.read_text(encoding="utf-8").strip() if file is not None else ""
        except OSError as error:
            raise CommandError(f"the password cannot be read: {error.strerror}") from error

    @asynccontextmanager
    async def session(self, database: int = 0) -> AsyncIterator[Session]:
        """A session in a database. Raises CommandError where the server is away or refuses."""
        try:
            async with asyncio.timeout(_WITHIN):
                reader, writer = await asyncio.open_connection(self.login.host, self.login.port)
        except (OSError, TimeoutError) as error:
            where = f"{self.login.host}:{self.login.port}"
            raise CommandError(f"redis does not answer at {where}: {error}") from error
        try:
            found = Session(reader, writer)
            if password := self.password():
                await found.ask("AUTH", password)
            if database:
                await found.ask("SELECT", str(database))
            yield found
        finally:
            writer.close()

    async def ask(self, *words: str, database: int = 0) -> Answer:
        """One command in a session of its own. Raises CommandError."""
        async with self.session(database) as session:
            return await session.ask(*words)


@dataclass(frozen=True, slots=True)
class Session:
    """One connection, one command after the other."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, *words: str) -> Answer:
        """Send a command. Raises CommandError for an error, and where no answer comes."""
        said = [f"*{len(words)}".encode(), _END]
        for each in words:
            word = each.encode()
            said += [f"${len(word)}".encode(), _END, word, _END]
        try:
            async with asyncio.timeout(_WITHIN):
                self.writer.write(b"".join(said))
                await self.writer.drain()
                return await _answer(self.reader)
        except TimeoutError:
            raise CommandError(f"redis did not answer {words[0]} in {_WITHIN:.0f} s") from None
        except (OSError, EOFError, ValueError) as error:
            raise CommandError(f"redis broke off {words[0]}: {error}") from error


async def _answer(reader: asyncio.StreamReader) -> Answer:
    line = (await reader.readuntil(_END))[: -len(_END)]
    kind, text = line[:1], line[1:].decode(errors="replace")
    if kind == b"-":
        raise CommandError(f"redis answers: {text}")
    if kind == b":":
        return int(text)
    if kind == b"$":
        size = int(text)
        if size < 0:
            return None
        return (await reader.readexactly(size + len(_END)))[:size].decode(errors="replace")
    if kind == b"*":
        return [await _answer(reader) for _ in range(int(text))]
    return text
