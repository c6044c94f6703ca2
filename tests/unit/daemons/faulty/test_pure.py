from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.faulty.plan import PlanError, Spoil, parse
from seatrial.daemons.faulty.spoil import spoilt

PLAN: dict[str, Any] = {
    "upstreams": ["http://127.0.0.1:8000/"],
    "method": "GET",
    "route": r"/api/workflows/[^/?&]+",
    "spoil": {"at": "$.runs[0].state", "value": "not done"},
}


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/api/workflows/7"),
        ("GET", "/api/workflows"),
        ("GET", "/api/workflows/7/runs"),
        ("GET", "/readyz"),
    ],
)
def test_one_route_alone_is_struck(method: str, target: str) -> None:
    plan = parse(json.dumps(PLAN))
    assert plan.strikes("GET", "/api/workflows/w%2F7")
    assert not plan.strikes(method, target)


def test_a_value_is_another_and_all_else_stays() -> None:
    spoil = parse(json.dumps(PLAN)).spoil
    status, body = spoilt(spoil, 200, b'{"runs": [{"state": "done", "id": 7}], "more": false}')
    assert (status, json.loads(body)) == (
        200,
        {"runs": [{"state": "not done", "id": 7}], "more": False},
    )


@pytest.mark.parametrize("body", [b"", b"<p>", b"[]", b'{"runs": []}', b'{"runs": 5}'])
def test_what_has_no_such_place_is_left(body: bytes) -> None:
    assert spoilt(parse(json.dumps(PLAN)).spoil, 200, body) == (200, body)


def test_a_status_and_a_text() -> None:
    assert spoilt(Spoil(status=500), 200, b"well") == (500, b"well")
    assert spoilt(Spoil(without="ell"), 200, b"well, well") == (200, b"w, w")


@pytest.mark.parametrize(
    "change",
    [
        {"upstreams": []},
        {"route": "("},
        {"spoil": 5},
        {"spoil": {"at": "runs"}},
        {"method": ...},
    ],
)
def test_a_wrong_plan_is_refused_in_a_sentence(change: dict[str, Any]) -> None:
    found = {**PLAN, **change}
    text = json.dumps({key: value for key, value in found.items() if value is not ...})
    with pytest.raises(PlanError, match="plan"):
        parse(text)
