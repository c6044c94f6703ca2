"""What people ordered of a store is kept, and told as a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.orders import BEGUN, ENDED, Orders

ORDER = {"store": "db", "from": "eu", "to": "us", "by": "ann", "accepted": 600.0, "at": 100.0}


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ((), "nobody saw the end of that"),
        (({"store": "db", "lost": 2, "at": 110.0},), "of the acknowledged writes 2 were lost"),
        (({"store": "db", "lost": None, "at": 110.0},), "what was lost nobody knows"),
        (({"store": "other", "lost": 0, "at": 110.0},), "nobody saw the end of that"),
    ],
)
def test_an_order_is_told_with_what_was_accepted_and_came_of_it(
    tmp_path: Path, end: tuple[dict[str, object], ...], told: str
) -> None:
    orders = Orders(folder=tmp_path)
    orders.add(BEGUN, ORDER)
    for each in end:
        orders.add(ENDED, each)
    said = orders.told("db", 220.0)
    assert said.startswith("db was ordered to us 2 min ago by ann, who accepted a loss of 10 min; ")
    assert said.endswith(told)


def test_without_an_order_nothing_is_told_and_a_torn_line_was_never_one(tmp_path: Path) -> None:
    orders = Orders(folder=tmp_path)
    assert orders.told("db", 1.0) == ""
    orders.add(BEGUN, {**ORDER, "accepted": None})
    with orders.path.open("a") as file:
        file.write('{"is": "ended", "store": "db", "lo')
    said = orders.told("db", 100.0)
    assert "accepted" not in said
    assert said.endswith("nobody saw the end of that")
    orders.add(ENDED, {"store": "db", "lost": 0})
    assert orders.told("db", 100.0).endswith("0 were lost")
    assert orders.path.stat().st_mode & 0o777 == 0o600
