"""psycopg 3, blocking and asyncio: a class of cursors, for `cursor_factory`, and one of pools.

    pools = pool(psycopg_pool.AsyncConnectionPool, telemetry)
    pools(url, kwargs={"cursor_factory": cursor(psycopg.AsyncCursor, telemetry)})

Told: operation and table, the text without literals, server and database. Never a parameter. Of
a pool: the wait for a connection that came to nothing. With a server that is away no statement is
ever begun, and nothing else of a trace would name it.
"""

import inspect
from collections.abc import Mapping
from importlib import import_module
from types import TracebackType
from typing import Any, TypeVar

from seatrial_instrument.span import Value
from seatrial_instrument.sql import Statements
from seatrial_instrument.store import Call, store_call
from seatrial_instrument.telemetry import Telemetry

Cursor = TypeVar("Cursor")
Pool = TypeVar("Pool")
_SYSTEM = "postgresql"
_CONNECT = "CONNECT"


def cursor(base: type[Cursor], telemetry: Telemetry) -> type[Cursor]:
    """A class of cursors that is `base`, and makes a span of each `execute` and `executemany`."""
    statements = Statements()

    def call(own: Any, query: Any) -> Call:
        read = statements.read(query if isinstance(query, str | bytes) else _text(query, own))
        attributes = _where(own.connection)
        attributes["db.query.summary"] = read.summary
        attributes["db.query.text"] = read.text
        return store_call(
            telemetry, _SYSTEM, read.operation, summary=read.summary, attributes=attributes
        )

    return type(
        base.__name__,
        (base,),
        {
            "__doc__": base.__doc__,
            "__module__": base.__module__,
            **{name: _around(getattr(base, name), call) for name in ("execute", "executemany")},
        },
    )


def pool(base: type[Pool], telemetry: Telemetry) -> type[Pool]:
    """A class of pools that is `base`, and makes a span of each `getconn` that fails."""
    method: Any = base.getconn  # type: ignore[attr-defined]  # any of psycopg_pool's

    def wait(own: Any) -> "_Failed":
        attributes = _told(own.conninfo, own.kwargs)
        return _Failed(
            store_call(telemetry, _SYSTEM, _CONNECT, summary=_CONNECT, attributes=attributes)
        )

    if inspect.iscoroutinefunction(method):

        async def awaited(self: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - theirs
            with wait(self):
                return await method(self, timeout)

        found: Any = awaited
    else:

        def called(self: Any, timeout: float | None = None) -> Any:
            with wait(self):
                return method(self, timeout)

        found = called
    return type(
        base.__name__,
        (base,),
        {"__doc__": base.__doc__, "__module__": base.__module__, "getconn": found},
    )


class _Failed:
    """A call that is told and counted where it fails, and not at all where it does not."""

    __slots__ = ("_call",)

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> None:
        self._call.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._call.forget()
        else:
            self._call.__exit__(kind, error, trace)


def _told(conninfo: Any, options: Any) -> dict[str, Value]:
    """Where a pool connects to, as it was told; of what is made anew each time, nothing."""
    own = options or {}
    if not isinstance(conninfo, str) or not isinstance(own, Mapping):
        return {}
    # asked of libpq, by the module that whoever has a pool has; this package needs none
    psycopg = import_module("psycopg")
    try:
        found = {**psycopg.conninfo.conninfo_to_dict(conninfo), **own}
    except psycopg.ProgrammingError:
        return {}
    told: dict[str, Value] = {}
    for key, name in (("server.address", "host"), ("db.namespace", "dbname")):
        if found.get(name):
            told[key] = str(found[name])
    if str(found.get("port") or "").isdecimal():
        told["server.port"] = int(found["port"])
    return told


def _around(method: Any, call: Any) -> Any:
    if inspect.iscoroutinefunction(method):

        async def awaited(self: Any, query: Any, *args: Any, **options: Any) -> Any:
            with call(self, query):
                return await method(self, query, *args, **options)

        return awaited

    def called(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        with call(self, query):
            return method(self, query, *args, **options)

    return called


def _text(query: Any, own: Any) -> str:
    """Of a `psycopg.sql` object; of whatever else has none, nothing."""
    try:
        return str(query.as_string(own))
    except (AttributeError, TypeError, ValueError):
        return ""


def _where(connection: Any) -> dict[str, Value]:
    """Asked of libpq, which knows it; not of a connection that is closed."""
    found: dict[str, Value] = {}
    if connection.closed:
        return found
    pq = connection.pgconn
    for key, value in (("server.address", pq.host), ("db.namespace", pq.db)):
        if value:
            found[key] = value.decode("utf-8", "replace")
    port = (pq.port or b"").decode("ascii", "replace")
    if port.isdecimal():
        found["server.port"] = int(port)
    return found
