from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.prober import path, read, template
from seatrial.daemons.prober.expect import Answer, judge
from seatrial.daemons.prober.plan import Expect, Step
from seatrial.daemons.prober.schedule import Schedule, change, turn

STEP: dict[str, Any] = {"method": "GET", "path": "/"}
JOURNEY: dict[str, Any] = {"name": "buy", "bases": ["http://127.0.0.1:8080"], "steps": [STEP]}


def plan(**change: Any) -> str:
    return json.dumps({"journeys": [{**JOURNEY, **change}]})


@pytest.mark.parametrize(
    ("text", "value"),
    [("$", {"a": [{"b": 1}], "x y": 2}), ("$.a[0].b", 1), ("$['x y']", 2)],
)
def test_path_finds(text: str, value: Any) -> None:
    assert path.find({"a": [{"b": 1}], "x y": 2}, path.parse(text)) == value


@pytest.mark.parametrize("text", ["a", "$a", "$.", "$..a", "$[*]", "$.a[-1]"])
def test_path_of_another_part_is_refused(text: str) -> None:
    with pytest.raises(path.PathError, match="'"):
        path.parse(text)


@pytest.mark.parametrize("text", ["$.b", "$.a[1]", "$.a.b", "$[0]"])
def test_path_that_leads_nowhere_says_so(text: str) -> None:
    with pytest.raises(path.PathError, match="nothing at"):
        path.find({"a": [1]}, path.parse(text))


def test_template_keeps_types_and_quotes_paths() -> None:
    kept = {"id": 7, "name": "a/b?c"}
    filled = template.fill({"x": "${id}", "y": ["n-${id}"], "z": None}, kept)
    assert filled == {"x": 7, "y": ["n-7"], "z": None}
    assert template.fill_path("/w/${name}/${id}", kept) == "/w/a%2Fb%3Fc/7"


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        (Expect(status=frozenset({201})), "status 200, 201"),
        (Expect(status=frozenset({200}), contains="no"), "does not contain"),
        (Expect(status=frozenset({200}), json={("ok",): 1}), "$.ok is True, 1"),
        (Expect(status=frozenset({200}), json={("no",): 1}), "nothing at $.no"),
    ],
)
def test_expectation_not_met_says_which(expect: Expect, fault: str) -> None:
    assert fault in judge(expect, Answer(status=200, body=b'{"ok": true}'))


def test_expectation_met() -> None:
    expect = Expect(status=frozenset({200}), json={("ok",): True}, contains="ok")
    assert judge(expect, Answer(status=200, body=b'{"ok": true}')) == ""


@pytest.mark.parametrize(
    ("expect", "status", "fault"),
    [
        ({}, 200, ""),
        ({}, 201, ""),
        ({"json": {"$.ok": True}}, 202, ""),
        ({"contains": "ok"}, 299, ""),
        ({}, 199, "status 199, any of 2xx was expected"),
        ({}, 302, "status 302, any of 2xx was expected"),
        ({}, 404, "status 404, any of 2xx was expected"),
        ({"status": 201}, 200, "status 200, 201 was expected"),
        ({"status": 201}, 201, ""),
    ],
)
def test_a_step_of_which_no_status_is_said_takes_any_of_2xx(
    expect: dict[str, Any], status: int, fault: str
) -> None:
    (journey,) = read.parse(plan(steps=[{**STEP, "expect": expect}])).journeys
    (step,) = journey.steps
    assert isinstance(step, Step)
    assert judge(step.expect, Answer(status=status, body=b'{"ok": true}')) == fault


def test_slow_turns_lose_no_start_and_keep_its_time() -> None:
    first = turn(Schedule(rate=2, due=0), 0)
    assert first.starts == (0,)
    late = turn(first.schedule, 2.1)
    assert late.starts == (0.5, 1.0, 1.5, 2.0)
    assert late.schedule.due == 2.5


def test_standstill_is_blindness_not_a_burst() -> None:
    woken = turn(Schedule(rate=2, due=0), 100)
    assert (woken.starts, woken.blind_s) == ((100,), 100)


def test_rate_changes_at_once_and_0_pauses() -> None:
    slow = Schedule(rate=0.01, due=90)
    assert change(slow, 10, 5) == Schedule(rate=10, due=5.1)
    paused = change(slow, 0, 5)
    assert turn(paused, 1000).starts == ()
    assert turn(change(turn(paused, 1000).schedule, 1, 1001), 1001).blind_s == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "plan: not JSON"),
        ("[]", "plan: an object"),
        ('{"journeys": 1}', "plan.journeys"),
        (json.dumps({"journeys": [JOURNEY, JOURNEY]}), "'buy' comes twice"),
        (plan(bases=["http://a", "localhost"]), "journeys[0].bases[1]"),
        (plan(bases=[]), "journeys[0].bases"),
        (plan(bases=[7]), "journeys[0].bases[0]"),
        (plan(rate=0), "journeys[0].rate"),
        (plan(rate=True), "journeys[0].rate"),
        (plan(pace=1), "journeys[0]: pace not known"),
        (plan(steps=[]), "journeys[0].steps"),
        (plan(steps=[{**STEP, "path": "x"}]), "journeys[0].steps[0].path"),
        (plan(steps=[{**STEP, "method": "GRAB"}]), "journeys[0].steps[0].method"),
        (plan(steps=[{**STEP, "path": "/${id}"}]), "no earlier step keeps id"),
        (plan(steps=[{**STEP, "keep": {"id": "id"}}]), "journeys[0].steps[0].keep.id"),
        (plan(steps=[{**STEP, "expect": {"status": "ok"}}]), "steps[0].expect.status"),
        (plan(steps=[{**STEP, "until": {"json": {}}}]), "steps[0].until.json"),
        (plan(maintenance=[1, 2]), "journeys[0].maintenance"),
        (plan(maintenance=[[2, 1]]), "journeys[0].maintenance"),
        (plan(maintenance=[[True, 2]]), "journeys[0].maintenance"),
    ],
)
def test_wrong_plan_names_its_place(text: str, place: str) -> None:
    with pytest.raises(read.PlanError) as error:
        read.parse(text)
    assert place in str(error.value)
