"""How daemons call psql: the server's own client is there wherever the server is."""

from __future__ import annotations


def words(*, host: str, port: int, user: str, database: str) -> tuple[str, ...]:
    """Its command line: one row a line, fields parted by a tab; the password is none of them."""
    return (
        "psql",
        f"--host={host}",
        f"--port={port}",
        f"--username={user}",
        f"--dbname={database}",
        "--no-psqlrc",
        "--quiet",
        "--tuples-only",
        "--no-align",
        "--field-separator=\t",
    )
