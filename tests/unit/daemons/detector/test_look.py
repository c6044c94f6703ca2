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
    "singles": [
        {
            "query": '{service="db"} grant',
            "alert": {
                "labels": {"alertname": "Grant", "severity": "page", "team": "data"},
                "annotations": {"summary": "g"},
            },
        },
    ],
}  # fmt: skip


def plan_of(document: object, folder: Path) -> Any:
    path = folder / "plan.json"
    path.write_text(json.dumps(document))
    return load(path)


def test_it_asks_as_far_back_as_a_window_of_windows_reaches(tmp_path: Path) -> None:
    plan = plan_of(PLAN, tmp_path)
    now = 1_000_000.0
    begin = look.begin(plan, "bad", now, now)
    assert begin == now - 300 - 600 - 60
    bad = look.query(plan, "bad", begin)
    assert bad.startswith("_time:>=1970-01-12T13:30:40")
    assert '"status":="401" | fields "_time", "arrived", "client" | limit' in bad
    assert look.begin(plan, "good", now, now) == now - 600 - 60
    # from the first line that came late, a window looks back as well
    assert look.begin(plan, "bad", now, now - 5000) == now - 5000 - 300 - 600 - 60
    assert look.counts(plan, "bad", begin, now).endswith("| stats by (_time:1s) count() as n")


def test_a_long_window_is_cut_into_no_more_parts_than_a_short_one(tmp_path: Path) -> None:
    long = {**PLAN, "keep": 100_000}
    plan = plan_of(long, tmp_path)
    now = 1_000_000.0
    asked = look.counts(plan, "bad", look.begin(plan, "bad", now, now), now)
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


def test_what_came_late_is_told_by_when_it_came(tmp_path: Path) -> None:
    plan = plan_of(PLAN, tmp_path)
    body = b'{"_time":"1970-01-01T00:00:0%d.5Z","client":"9.9.9.9","arrived":"%d"}\n'
    bad = look.events(body % (1, 900) + body % (2, 2))
    made = evaluate(plan.correlations, {"bad": bad, "good": look.events(body % (4, 4))})
    assert look.alerts(plan, made, 960.0)  # the first refusal came so late
    assert not look.alerts(plan, made, 960.1)
    in_time = look.events(body % (1, 1) + body % (2, 2))
    made = evaluate(plan.correlations, {"bad": in_time, "good": look.events(body % (4, 4))})
    assert not look.alerts(plan, made, 900.0)
    # what comes after the attack makes it no newer
    other = look.events(body % (1, 1) + body % (2, 2) + body % (9, 900))
    made = evaluate(plan.correlations, {"bad": other, "good": look.events(body % (4, 4))})
    assert not look.alerts(plan, made, 900.0)


def test_of_late_lines_the_first_is_asked_for(tmp_path: Path) -> None:
    plan = plan_of(PLAN, tmp_path)
    asked = look.first_late(plan, 1_000_000.7)
    since, until, came = asked.split(" ")[:3]
    assert since == "_time:>=1970-01-11T13:46:40.700000Z"  # a day before
    assert until == "_time:<1970-01-12T13:45:40.700000Z"  # what is later is seen in time
    assert came == "arrived:>=999940"
    body = b'{"_time":"1970-01-12T13:00:00Z","n":"%d"}\n'
    assert look.first(body % 2, 1_000_000.0) == 997_200.0
    assert look.first(b'{"n":"0"}\n', 1_000_000.0) == 1_000_000.0
    assert look.first(b"", 1_000_000.0) == 1_000_000.0


def test_a_rule_of_one_line_is_told_of_late_ones_as_of_others(tmp_path: Path) -> None:
    plan = plan_of(PLAN, tmp_path)
    (rule,) = plan.singles
    asked = look.single(plan, rule, 1_000_000.0, 997_200.0)
    assert asked.startswith("_time:>=1970-01-12T13:00:00.000000Z _time:<")
    assert '{service="db"} grant | stats by (region)' in asked
    body = b'{"_time":"1970-01-12T13:00:00Z","n":"2","region":"eu"}\n'
    (told,) = look.alone(plan, rule, body, 1_000_000.0)
    assert told["labels"] == {**rule.alert.labels, "region": "eu"}
    assert told["startsAt"].startswith("1970-01-12T13:00:00")
    assert look.counted(plan, [told]) == {
        ("Stuffing", "", "", ""): 0,
        ("Grant", "page", "data", ""): 1,
    }
    assert not look.alone(plan, rule, b"", 1_000_000.0)


def test_instants_have_nanoseconds() -> None:
    (found,) = look.events(b'{"_time":"1970-01-01T00:00:01.123456789Z"}')
    instant = pytest.approx(1.123456789)
    assert found == Event(at=instant, known=instant, fields={})


@pytest.mark.parametrize(
    "broken", ["", "{}", '{"every": 1, "keep": 1, "queries": [], "correlations": []}']
)
def test_a_plan_that_is_none_is_told(broken: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(broken)
    with pytest.raises(StartError, match="no plan of correlations"):
        load(tmp_path / "plan.json")
