"""How daemons call psql: the server's own client is there wherever the server is."""

from __future__ import annotations


def words(*, host: str, port: int, user: str, database: str) -> tuple[str, ...]:
    """Its command line: one row a line, fields parted by a tab; the password is none of them.

    A database may be called `host=elsewhere`, which psql would obey and send the password there.
    """
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return (
        "psql",
        f"--host={host}",
        f"--port={port}",
        f"--username={user}",
        f"--dbname=dbname='{quoted}'",
        "--no-psqlrc",
        "--quiet",
        "--tuples-only",
        "--no-align",
        "--field-separator=\t",
    )
