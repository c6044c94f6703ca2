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
    plan = plan_of(PLAN, tmp_path)
    bad = look.query(plan, "bad", 1_000_000.0)
    assert bad.startswith("_time:>=1970-01-12T13:30:40")  # 300 + 600 + 60 s before
    assert '"status":="401" | fields "_time", "client" | limit' in bad
    good = look.query(plan, "good", 1_000_000.0)
    assert good.startswith("_time:>=1970-01-12T13:35:40")
    assert look.query(plan, "good", 1_000_000.0, since=0) == good
    cut = look.query(plan, "good", 1_000_000.0, since=999_999)
    assert cut.startswith("_time:>=1970-01-12T13:46:39")
    assert look.counts(plan, "bad", 1_000_000.0).endswith("| stats by (_time:1s) count() as n")


def test_a_long_window_is_cut_into_no_more_parts_than_a_short_one(tmp_path: Path) -> None:
    long = {**PLAN, "keep": 100_000}
    asked = look.counts(plan_of(long, tmp_path), "bad", 1_000_000.0)
    assert "stats by (_time:101s)" in asked


@pytest.mark.parametrize(
    ("lines", "since"),
    [((4, 4, 4), 2), ((2, 4, 4), 1), ((4, 4, 100), 3), ((1, 1, 1), 1), ((9,), 1), ((4, 5, 6), 3)],
)
def test_of_too_many_the_newest_parts_are_read(
    lines: tuple[int, ...], since: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "MOST", 10)
    body = b"\n".join(
        b'{"_time":"1970-01-01T00:00:0%dZ","n":"%d"}' % (second, count)
        for second, count in enumerate(lines, 1)
    )
    assert look.newest(body) == since
    with pytest.raises(ValueError, match="no line"):
        look.newest(b"")


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
