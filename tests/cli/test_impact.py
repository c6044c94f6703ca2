"""impact as a user types it, on a system of which nothing was ever measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture(autouse=True)
def costly(shop: Path) -> Path:
    """A shop with a store, and a journey whose loss costs something."""
    text = shop.read_text(encoding="utf-8")
    text = text.replace("    start: api\n", "    start: api\n    cost: 1200 EUR/h\n")
    text = text.replace("    health:", "    needs: [orders]\n    health:")
    text += 'stores:\n  orders: {engine: postgres, version: "15", owner: web}\n'
    shop.write_text(text, encoding="utf-8")
    return shop


def test_what_was_never_measured_is_unknown_and_ends_with_3(run: Run) -> None:
    done = run("impact")
    assert done.code == 3
    told = " ".join(done.out.split())
    assert "orders (store) api buy 1200 EUR/h unknown" in told
    assert told.index("1. orders") < told.index("2. api")
    assert "How long that takes is unknown; the RTO is 4 h" in told


def test_for_programs_what_is_unknown_is_null_and_no_zero(run: Run) -> None:
    done = run("impact", "--json")
    assert done.code == 3
    told = json.loads(done.out)
    assert told["recovery"]["waves"] == [["orders"], ["api"]]
    assert (told["recovery"]["least"], told["recovery"]["kept"]) == (None, None)
    (orders,) = [each for each in told["losses"] if each["name"] == "orders"]
    assert orders["costs"] == {"EUR": 1200}
    assert orders["recovery"]["least"] is None


def test_a_cost_without_a_currency_is_refused_where_it_stands(run: Run, costly: Path) -> None:
    costly.write_text(costly.read_text(encoding="utf-8").replace("1200 EUR/h", "1200"))
    done = run("impact")
    assert (done.code, done.out) == (2, "")
    assert "error ST1305 journeys.buy.cost is 1200, without a currency" in done.err
