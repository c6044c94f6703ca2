"""The plan of who is written to: read, or refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.daemons.writers.plan import Login, PlanError, parse

GOOD: dict[str, Any] = {
    "store": "db",
    "user": "app",
    "password": "/x/password",
    "through": {"host": "127.0.0.1", "port": 5432},
    "members": [{"name": "db-members-0", "host": "127.0.0.2", "port": 5432}],
    "database": "app",
    "invariants": {"nobody owes": "SELECT true"},
}


def test_it_is_read() -> None:
    found = parse(json.dumps(GOOD))
    login = Login(host="127.0.0.1", port=5432, user="app", password=Path("/x/password"))
    assert (found.store, found.through) == ("db", login)
    assert found.members["db-members-0"].host == "127.0.0.2"
    assert (found.database, found.invariants) == ("app", {"nobody owes": "SELECT true"})


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}",
        json.dumps({**GOOD, "through": {"host": "x"}}),
        json.dumps({**GOOD, "members": [7]}),
        json.dumps({**GOOD, "invariants": ["SELECT true"]}),
        json.dumps({**GOOD, "through": {"host": "x", "port": "y"}}),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(PlanError, match="the plan cannot be read"):
        parse(text)
