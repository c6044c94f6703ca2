"""Where the store is written to, and who its members are: read from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.shared.errors import StartError


class PlanError(StartError):
    """The plan cannot be used; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a PostgreSQL server answers, and as whom: `password` is the file that holds it."""

    host: str
    port: int
    user: str
    password: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`through` is how everybody reaches the store, `members` each server by its name.

    `invariants` are queries that answer true, by what they mean, asked in the users' `database`.
    """

    store: str
    through: Login
    members: Mapping[str, Login]
    database: str
    invariants: Mapping[str, str]


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found: dict[str, Any] = json.loads(text)

        def login(at: Mapping[str, Any]) -> Login:
            return Login(
                host=str(at["host"]),
                port=int(at["port"]),
                user=str(found["user"]),
                password=Path(found["password"]),
            )

        return Plan(
            store=str(found["store"]),
            through=login(found["through"]),
            members={str(each["name"]): login(each) for each in found["members"]},
            database=str(found["database"]),
            invariants={str(key): str(value) for key, value in found["invariants"].items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PlanError(f"the plan cannot be read: {type(error).__name__}: {error}") from error
