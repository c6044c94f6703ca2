"""PostgreSQL: a pool whose every use ends within a fixed time, whatever the server does."""

import asyncio
import contextlib
import os
import select
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from common.errors import DependencyDownError

NAME = "database"
WAIT_SECONDS = 1.0
USE_SECONDS = 2.0

Connection = AsyncConnection[DictRow]


class Database:
    """Connections in autocommit mode; open a `connection.transaction()` where two must agree."""

    def __init__(
        self,
        url: str,
        *,
        service: str,
        size: int,
        cursors: type[AsyncCursor[Any]] = AsyncCursor,
        pools: type[AsyncConnectionPool[Any]] = AsyncConnectionPool,
    ) -> None:
        self._pool: AsyncConnectionPool[Connection] = pools(
            url,
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "cursor_factory": cursors,
                "connect_timeout": 2,
                "application_name": service,
                "options": "-c statement_timeout=2000 -c idle_in_transaction_session_timeout=10000",
            },
            min_size=1,
            max_size=size,
            # No max_waiting: psycopg_pool counts those who gave up waiting, too. Once so many have,
            # it refuses everyone and never connects again, long after the server is back.
            # A failed attempt is given up at once: the next request or probe makes a new one,
            # so that recovery does not wait for a grown back-off.
            reconnect_timeout=0,
            check=_closed_by_peer,
            open=False,
        )

    async def open(self) -> None:
        """Start the pool; returns at once, also while PostgreSQL is away."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close(timeout=1)

    @contextlib.asynccontextmanager
    async def connection(self, *, seconds: float = USE_SECONDS) -> AsyncIterator[Connection]:
        """A connection for at most `seconds`. Raises DependencyDownError."""
        timer: asyncio.TimerHandle | None = None
        severed = False

        def sever() -> None:
            nonlocal severed
            severed = True
            _sever(connection)

        try:
            async with self._pool.connection(timeout=WAIT_SECONDS) as connection:
                timer = asyncio.get_running_loop().call_later(seconds, sever)
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise DependencyDownError(NAME, "no connection to be had") from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise DependencyDownError(NAME, "migrations have not run yet") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            reason = "no answer in time" if severed else _first_line(error)
            raise DependencyDownError(NAME, reason) from error
        finally:
            if timer is not None:
                timer.cancel()

    async def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[DictRow]:
        """Run one statement and return its rows. Raises DependencyDownError."""
        async with self.connection() as connection:
            cursor = await connection.execute(query.encode(), values)
            return await cursor.fetchall() if cursor.description else []

    async def row(self, query: str, values: Mapping[str, Any] | None = None) -> DictRow | None:
        """The first row of one statement, or None. Raises DependencyDownError."""
        found = await self.rows(query, values)
        return found[0] if found else None

    async def check(self) -> None:
        """Ask for an answer. Raises DependencyDownError."""
        async with self.connection(seconds=1.0) as connection:
            await connection.execute("SELECT 1")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _sever(connection: Connection) -> None:
    """Shut the socket down, so that a wait on a server that hangs ends with an error.

    Cancelling the task instead would make psycopg ask the hung server to cancel, and wait.
    """
    with (
        contextlib.suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as duplicate,
    ):
        duplicate.shutdown(socket.SHUT_RDWR)


async def _closed_by_peer(connection: Connection) -> None:
    """Refuse a pooled connection that the server has closed; costs no round trip.

    An idle connection has nothing to say: if its socket is readable, it holds the farewell.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await connection.close()
        raise psycopg.OperationalError("the server closed the connection")
