"""What `seatrial failover` says of a store whose regions both follow."""

from __future__ import annotations

from typing import Any

import pytest

from seatrial.cli.failover_ import _broken_off, _taking
from seatrial.cli.measured import shown
from seatrial.engines.patroni.rest import Member


def _member(role: str) -> Member:
    return Member(name=role, role=role, state="running", lag=0)


@pytest.mark.parametrize(
    ("eu", "us", "told"),
    [
        ("standby_leader", "standby_leader", True),  # between fence and promotion
        ("leader", "standby_leader", False),
        ("replica", "standby_leader", False),  # home elects: nobody has moved anything
    ],
)
def test_a_move_that_stands_still_is_told_with_the_order_that_ends_it(
    eu: str, us: str, *, told: bool
) -> None:
    said = _broken_off("database", [("eu", _member(eu)), ("us", _member(us))])
    assert bool(said) is told
    assert ("--to eu` or `seatrial failover database --to us` ends it" in said) is told


def test_a_copy_whose_region_is_gone_is_told_with_the_order_that_moves_it() -> None:
    told = _broken_off("database", [("us", _member("standby_leader")), ("us", _member("replica"))])
    assert "us has a copy, `seatrial failover database --to us` moves it" in told
    assert _broken_off("database", [("eu", _member("replica"))]) == "", "one region elects its own"


@pytest.mark.parametrize(
    ("changes", "accepted", "code"),
    [
        ({}, None, 0),
        ({"lost": {"rows": 1, "seconds": 2.0}}, None, 1),
        ({"lost": {"rows": 1, "seconds": 2.0}}, 10.0, 0),
        ({"lost": {"rows": 1, "seconds": 20.0}}, 10.0, 1),  # more than was accepted
        ({"lost": None}, 10.0, 3),
        ({"whole": False}, 10.0, 3),  # what is lost may be what nobody remembers
        ({"double": [{"members": ["a", "b"], "began": 1.0, "seconds": 2.0}]}, 10.0, 1),
    ],
)
def test_what_was_seen_of_a_move_is_its_exit_code(
    changes: dict[str, Any], accepted: float | None, code: int
) -> None:
    told = {
        "whole": True, "double": [], "lost": {"rows": 0, "seconds": 0.0},
        "gaps": {"writes": {"spans": []}}, "writes": {"acknowledged": 9},
    }  # fmt: skip
    assert shown({**told, **changes}, accepted) == code


def test_who_takes_the_writes_is_a_sentence() -> None:
    eu, us = ("eu", _member("leader")), ("us", _member("standby_leader"))
    assert _taking("db", [eu, us]) == "leader in eu takes the writes of db"
    assert _taking("db", [eu]) == "leader takes the writes of db"
    assert _taking("db", [us]) == ""
    assert _taking("db", [eu, eu]) == "", "of two nobody can say it"
