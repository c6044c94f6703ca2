"""What the detector asks, reads and tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.daemons.detector import look
from seatrial.daemons.detector.correlate import Event, evaluate
from seatrial.daemons.detector.plan import load
from seatrial.daemons.shared.errors import StartError

PLAN: dict[str, Any] = {
    "every": 5,
    "keep": 60,
    "queries": {"bad": '"status":="401"', "good": '"status":="200"'},
    "correlations": [
        {
            "name": "many", "type": "event_count", "parts": ["bad"], "by": ["c-ip"],
            "fields": {"bad": ["client"]}, "value": "", "span": 300, "count": 2, "alert": None,
        },
        {
            "name": "Stuffing", "type": "temporal_ordered", "parts": ["many", "good"],
            "by": ["c-ip"], "fields": {"many": ["c-ip"], "good": ["client"]}, "value": "",
            "span": 600, "count": 2,
            "alert": {"labels": {"alertname": "Stuffing"}, "annotations": {"summary": "s"}},
        },
    ],
}  # fmt: skip


def plan_of(document: object, folder: Path) -> Any:
    path = folder / "plan.json"
    path.write_text(json.dumps(document))
    return load(path)


def test_it_asks_as_far_back_as_a_window_of_windows_reaches(tmp_path: Path) -> None:
    asked = look.queries(plan_of(PLAN, tmp_path), 1_000_000.0)
    assert asked["bad"].startswith("_time:>=1970-01-12T13:30:40")  # 300 + 600 + 60 s before
    assert asked["good"].startswith("_time:>=1970-01-12T13:35:40")
    assert '"status":="401" | fields "_time", "client" | sort by (_time desc) limit' in asked["bad"]


def test_what_holds_is_told_for_a_while(tmp_path: Path) -> None:
    plan = plan_of(PLAN, tmp_path)
    body = b'{"_time":"1970-01-01T00:00:0%d.5Z","client":"9.9.9.9"}\n'
    bad = look.events(body % 1 + body % 2)
    made = evaluate(plan.correlations, {"bad": bad, "good": look.events(body % 4)})
    (told,) = look.alerts(plan, made, 10.0)
    assert told["labels"] == {"alertname": "Stuffing", "by_c_ip": "9.9.9.9"}
    assert str(told["startsAt"]).startswith("1970-01-01T00:00:04.5")
    assert look.alerts(plan, made, 64.4)
    assert not look.alerts(plan, made, 64.6)


def test_instants_have_nanoseconds() -> None:
    (found,) = look.events(b'{"_time":"1970-01-01T00:00:01.123456789Z"}')
    assert found == Event(at=pytest.approx(1.123456789), fields={})


@pytest.mark.parametrize(
    "broken", ["", "{}", '{"every": 1, "keep": 1, "queries": [], "correlations": []}']
)
def test_a_plan_that_is_none_is_told(broken: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(broken)
    with pytest.raises(StartError, match="no plan of correlations"):
        load(tmp_path / "plan.json")
