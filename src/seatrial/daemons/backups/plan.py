"""What is backed up, where to, how often: read from JSON. What is wrong becomes one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.shared.errors import StartError

KINDS = ("full", "differential", "incremental")  # the widest first


class PlanError(StartError):
    """The plan cannot be used; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a PostgreSQL server answers, and as whom: `password` is the file that holds it."""

    host: str
    port: int
    user: str
    database: str
    password: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`settings` is the server's own file, which a copy reads, too; `data` is its data folder.

    `config` and `stanza` are pgBackRest's. Copies lie below `copies` and listen at `address`, that
    of a user on `port`, that of a drill on `drill_port`. `schedule` is in seconds by kind;
    `invariants` are queries that answer true, by what they mean.
    """

    store: str
    stanza: str
    config: Path
    data: Path
    settings: Path
    copies: Path
    server: Login
    address: str
    port: int
    drill_port: int
    schedule: Mapping[str, float]
    invariants: Mapping[str, str]


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found: dict[str, Any] = json.loads(text)
        server = found["server"]
        return Plan(
            store=str(found["store"]),
            stanza=str(found["stanza"]),
            config=Path(found["config"]),
            data=Path(found["data"]),
            settings=Path(found["settings"]),
            copies=Path(found["copies"]),
            server=Login(
                host=str(server["host"]),
                port=int(server["port"]),
                user=str(server["user"]),
                database=str(server["database"]),
                password=Path(server["password"]),
            ),
            address=str(found["address"]),
            port=int(found["port"]),
            drill_port=int(found["drill_port"]),
            schedule={kind: float(found["schedule"][kind]) for kind in KINDS},
            invariants={str(key): str(value) for key, value in found["invariants"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlanError(f"plan: {type(error).__name__}: {error}; see daemons/backups") from error
