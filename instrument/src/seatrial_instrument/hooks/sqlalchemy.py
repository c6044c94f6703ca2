"""SQLAlchemy 2, engines and asyncio engines (`engine.sync_engine`), by its events.

Told: as for psycopg. Use one of the two hooks, not both.
"""

from typing import Any, TypeVar

from seatrial_instrument.span import Value
from seatrial_instrument.sql import Statements
from seatrial_instrument.store import Call, store_call
from seatrial_instrument.telemetry import Telemetry

Engine = TypeVar("Engine")
_OPEN = "seatrial_instrument"


def observe(engine: Engine, telemetry: Telemetry) -> Engine:
    """Make spans and observations of what this engine does from now on; gives the engine."""
    from sqlalchemy import event  # noqa: PLC0415 - there where it is used

    own: Any = engine
    own = getattr(own, "sync_engine", own)
    system = {"postgresql": "postgresql", "mssql": "microsoft.sql_server"}.get(
        own.dialect.name, own.dialect.name
    )
    url = own.url
    where: dict[str, Value] = {}
    if url.host:
        where["server.address"] = url.host
    if url.port:
        where["server.port"] = url.port
    if url.database:
        where["db.namespace"] = url.database
    statements = Statements(own.dialect.name)

    def before(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: bool) -> None:  # noqa: FBT001
        read = statements.read(statement)
        attributes = {**where, "db.query.summary": read.summary, "db.query.text": read.text}
        call = store_call(
            telemetry, system, read.operation, summary=read.summary, attributes=attributes
        )
        call.__enter__()
        setattr(context, _OPEN, call)

    def after(_: Any, __: Any, ___: str, ____: Any, context: Any, _____: bool) -> None:  # noqa: FBT001
        _end(context, None)

    def failed(context: Any) -> None:
        _end(context.execution_context, context.original_exception)

    event.listen(own, "before_cursor_execute", before)
    event.listen(own, "after_cursor_execute", after)
    event.listen(own, "handle_error", failed)
    return engine


def _end(context: Any, error: BaseException | None) -> None:
    call: Call | None = getattr(context, _OPEN, None)
    if call is not None:
        delattr(context, _OPEN)
        call.__exit__(type(error) if error else None, error, None)
