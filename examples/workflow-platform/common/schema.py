"""Schema migrations, applied at start by whichever process comes first."""

import logging
from pathlib import Path

from common.database import Database

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x776F726B  # any number that nothing else in this database locks
_SECONDS = 10.0

log = logging.getLogger(__name__)


async def migrate(database: Database) -> list[str]:
    """Apply what is missing, in order, and return its names. Raises DependencyDownError.

    One transaction under an advisory lock: of several processes that start together one works,
    the others wait for it and then find nothing to do.
    """
    applied = []
    async with database.connection(seconds=_SECONDS) as connection, connection.transaction():
        await connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS:.0f}s'".encode())
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
        )
        cursor = await connection.execute("SELECT name FROM schema_migrations")
        present = {row["name"] for row in await cursor.fetchall()}
        for path in sorted(_FOLDER.glob("*.sql")):
            if path.stem not in present:
                await connection.execute(path.read_bytes())
                await connection.execute("INSERT INTO schema_migrations VALUES (%s)", [path.stem])
                applied.append(path.stem)
    for name in applied:
        log.info("migration applied", extra={"fields": {"migration": name}})
    return applied
