"""psycopg 3, blocking and asyncio: a class of cursors, for `cursor_factory`.

    AsyncConnectionPool(url, kwargs={"cursor_factory": cursor(psycopg.AsyncCursor, telemetry)})

Told: operation and table, the text without literals, server and database. Never a parameter.
"""

import inspect
from typing import Any, TypeVar

from seatrial_instrument.span import Value
from seatrial_instrument.sql import Statements
from seatrial_instrument.store import Call, store_call
from seatrial_instrument.telemetry import Telemetry

Cursor = TypeVar("Cursor")
_SYSTEM = "postgresql"


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
