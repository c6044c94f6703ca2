"""One session with a Redis server: commands as words, answers as the server gives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.plan import Login

_WITHIN = 30.0  # seconds for an answer
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
        """A session in a database; it is opened by its first command."""
        client = Redis(
            host=self.login.host,
            port=self.login.port,
            db=database,
            password=self.password() or None,
            socket_timeout=_WITHIN,
            socket_connect_timeout=_WITHIN,
            single_connection_client=True,
            retry=Retry(NoBackoff(), 0),  # what was sent twice may have been done twice
            protocol=2,  # words, numbers and lists of these; an invariant is answered by 1
            decode_responses=True,
            encoding_errors="replace",
        )
        client.response_callbacks.clear()  # they make True of OK, and objects of the rest
        try:
            yield Session(client)
        finally:
            await client.aclose()

    async def ask(self, *words: str, database: int = 0) -> Answer:
        """One command in a session of its own. Raises CommandError."""
        async with self.session(database) as session:
            return await session.ask(*words)


@dataclass(frozen=True, slots=True)
class Session:
    """One connection, one command after the other."""

    client: Redis

    async def ask(self, *words: str) -> Answer:
        """Send a command. Raises CommandError for an error, and where no answer comes."""
        try:
            found: Answer = await self.client.execute_command(*words)  # type: ignore[no-untyped-call]  # redis left it untyped
        except (RedisError, OSError) as error:
            raise CommandError(f"redis, asked for {words[0]}: {error}") from error
        return found
