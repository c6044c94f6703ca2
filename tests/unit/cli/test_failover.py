"""What `seatrial failover` says of a store whose regions both follow."""

from __future__ import annotations

import pytest

from seatrial.cli.failover_ import _broken_off, _taking
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


def test_who_takes_the_writes_is_a_sentence() -> None:
    eu, us = ("eu", _member("leader")), ("us", _member("standby_leader"))
    assert _taking("db", [eu, us]) == "leader in eu takes the writes of db"
    assert _taking("db", [eu]) == "leader takes the writes of db"
    assert _taking("db", [us]) == ""
    assert _taking("db", [eu, eu]) == "", "of two nobody can say it"
