"""The store's one table: a row an envelope, chained by digests, refusing change.

The chain is a list of SHA-256: each row's `digest` is over the previous row's digest and the
envelope's text. Triggers refuse UPDATE and DELETE, against accidents; whoever removes the
triggers breaks the chain.
"""

import hashlib
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)
from sqlalchemy.pool import NullPool

METADATA = MetaData()
ENVELOPES = Table(
    "envelopes",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("evidence", String, nullable=False, unique=True),
    Column("expectation", String, nullable=False),
    Column("environment", String, nullable=False),
    Column("finished", Float, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
)
Index("by_expectation", ENVELOPES.c.expectation, ENVELOPES.c.environment, ENVELOPES.c.number)


def _refusing(_table: Table, connection: Connection, **_: Any) -> None:
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER refuse_{change.lower()} BEFORE {change} ON envelopes "
            "BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END"
        )


event.listen(ENVELOPES, "after_create", _refusing)

FIRST = "0" * 64
BUSY_SECONDS = 30.0


def chained(previous: str, envelope: bytes) -> str:
    """The digest of a row: SHA-256 (hex) of the previous digest's bytes and the envelope."""
    return hashlib.sha256(bytes.fromhex(previous) + envelope).hexdigest()


def engine(path: str) -> Engine:
    """SQLite with a write-ahead log, synced at each commit; writers wait for each other."""
    made = create_engine(
        URL.create("sqlite", database=path),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )
    event.listen(made, "connect", _configured)
    event.listen(made, "begin", _begun)
    return made


def _configured(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Any) -> None:
    # the lock is taken before the last row is read, so that two writers cannot chain to it
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")
