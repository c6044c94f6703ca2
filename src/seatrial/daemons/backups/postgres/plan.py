"""What a plan says of a PostgreSQL server besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups import plan
from seatrial.daemons.backups.histories import Histories

# Beside the copies, and hidden, so that they are none: what a search reads, what tables are called.
SEARCH, TABLES = ".search", ".tables.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a PostgreSQL server answers, and as whom: `password` is the file that holds it."""

    host: str
    port: int
    user: str
    database: str
    password: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(plan.Plan):
    """`settings` is the server's own file, which a copy reads, too; `data` is its data folder.

    Where several members have one each it is None, and `unable` says that no copy takes their
    place. `config` is pgBackRest's, `environment` tells it of the server; `histories` are its
    stanzas, and one that has ended is kept for `keep` seconds. An invariant is a query that answers
    true. `lays`: the keystone is this daemon's to lay, before its first backup.
    """

    histories: Histories
    keep: float
    config: Path
    environment: Mapping[str, str]
    data: Path | None
    settings: Path
    server: Login
    lays: bool = True
    unable: str = ""


def read(found: Mapping[str, Any]) -> Plan:
    """Read a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    server = found["server"]
    return Plan(
        **plan.common(found),
        histories=Histories(first=str(found["stanza"]), mark=str(found["mark"])),
        keep=float(found["keep"]),
        config=Path(found["config"]),
        environment={str(key): str(value) for key, value in found["environment"].items()},
        data=Path(found["data"]) if found["data"] else None,
        settings=Path(found["settings"]),
        lays=bool(found["lays"]),
        unable=str(found.get("unable", "")),
        server=Login(
            host=str(server["host"]),
            port=int(server["port"]),
            user=str(server["user"]),
            database=str(server["database"]),
            password=Path(server["password"]),
        ),
    )
