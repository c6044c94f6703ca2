"""A plan is read whole, or refused in a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mover_samples import PLAN

from seatrial.daemons.mover.plan import PlanError, parse


def text(**more: Any) -> str:
    side = {"region": "eu", "scope": "/seatrial/db", "settings": PLAN.home.settings}
    other = {"region": "us", "scope": "/seatrial/db-us", "settings": PLAN.other.settings}
    found = {
        "store": "db",
        "after": 15,
        "lease": 20,
        "rpo": 20,
        "quorum": dict(PLAN.quorum),
        "home": side,
        "other": other,
        "members": ["10.0.1.1:8008"],
    }
    return json.dumps(found | more)


def test_a_plan_is_read() -> None:
    assert parse(text()) == PLAN
    assert parse(text(rpo=None)).rpo is None


@pytest.mark.parametrize("wrong", ["", "[]", text(after="soon"), text(home={}), text(quorum=[])])
def test_what_is_no_plan_is_refused(wrong: str) -> None:
    with pytest.raises(PlanError, match="the plan cannot be read"):
        parse(wrong)
