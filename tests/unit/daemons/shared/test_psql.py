"""A database's name is a name, whatever it looks like."""

from __future__ import annotations

import pytest

from seatrial.daemons.shared.psql import words


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("app", "dbname='app'"),
        ("host=elsewhere dbname=x", "dbname='host=elsewhere dbname=x'"),
        (r"it's \ odd", r"dbname='it\'s \\ odd'"),
        ("postgres://elsewhere/x", "dbname='postgres://elsewhere/x'"),
    ],
)
def test_a_name_that_looks_like_a_connection_leads_nowhere(name: str, told: str) -> None:
    assert f"--dbname={told}" in words(host="h", port=1, user="u", database=name)
