"""A journey that a browser walks: its plan, its pace, its alerts, and how it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from timelines import START, step

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.rules.outage import journey_blind, journey_window
from seatrial.capabilities.synthetics.broken import every, name_of
from seatrial.capabilities.synthetics.judges import FAILED, SUCCEEDED, seen
from seatrial.contract.action import Request
from seatrial.contract.output import Workload
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.daemons.faulty import plan as faulty
from seatrial.daemons.prober.read import parse
from seatrial.system.problem import Problem

BUY = """\
  buy:
    owner: web
    start: gateway
    peak: 5/s
    steps:
      - get: /
"""
WALK = """\
  walk:
    owner: web
    start: gateway
    browser:
      - open: /login
      - fill: {label: Password, value: "${secret.probe-password}"}
      - click: {role: button, name: Sign in}
        expect: {url: /home}
        keep: {id: {selector: "#id"}}
      - open: /orders/${id}
        expect: {text: total, contains: "12"}
      - open: /home
"""


@pytest.fixture
def browsing(shop: str) -> str:
    return shop.replace(BUY, BUY + WALK)


def prober(plan: Plan) -> Workload:
    return next(each for each in plan.workloads if each.name == "prober")


def test_the_prober_reads_every_kind_of_step(planned: Callable[..., Plan], browsing: str) -> None:
    found = prober(planned(browsing))
    assert "--browser=${self.dir}/browser" in found.argv
    assert found.secrets == ("probe-password",)
    file = next(each for each in found.files if each.path == "journeys.json")
    assert file.secret
    walk = next(each for each in parse(file.text).journeys if each.name == "walk")
    assert [each.name for each in walk.acts] == [
        "open /login",
        'fill label "Password"',
        'click button "Sign in"',
        "open /orders/${id}",
        "open /home",
    ]
    assert [each.secret for each in walk.acts] == [False, True, False, False, False]
    assert (walk.rate, walk.timeout_s, walk.max_in_flight) == (0.2, 10.0, 3)


def test_who_has_no_such_journey_pays_nothing(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop)
    assert not any("browser" in each for each in prober(found).argv)
    names = {each.name for each in found.workloads}
    assert "faulty-page" not in names
    assert "JourneyUnknown" not in {each.name for each in found.declarations.alerts}


def test_its_alerts_look_at_as_many_runs(planned: Callable[..., Plan], browsing: str) -> None:
    found = planned(browsing)
    journey = found.system.journeys["walk"]
    assert (journey_window(journey), journey_blind(journey)) == (20.0, 20.0)
    alerts = {each.name: each for each in found.declarations.alerts if each.subject == "walk"}
    assert "[20s]" in alerts["JourneyFailing"].expr
    unknown = alerts["JourneyUnknown"]
    assert unknown.severity.value == "ticket"
    assert 'unless sum by (region) (increase(journey_requests_total{job="prober",' in unknown.expr


def test_both_kinds_are_broken_each_by_its_daemon(
    planned: Callable[..., Plan], browsing: str
) -> None:
    two = browsing.replace("      - get: /\n", "      - get: /\n      - get: /basket\n", 1)
    found = planned(two)
    assert {name: name_of(each.step) for name, each in every(found.system).items()} == {
        "faulty-route": "GET /basket",
        # not /home, to which the click before it leads
        "faulty-page": "open /orders/${id}",
    }
    page = next(each for each in found.workloads if each.name == "faulty-page")
    told = faulty.parse(page.files[0].text)
    assert (told.strikes("GET", "/orders/47"), told.strikes("GET", "/home")) == (True, False)
    assert told.spoil.status == 500
    scenarios = {each.name: each for each in found.scenarios()}
    drill = scenarios["journey-broken-walk"]
    (detour,) = drill.injections[0].actions
    assert isinstance(detour, Request)
    base = json.loads(detour.body)["base"]
    assert base == f"http://{found.placement.endpoint('faulty-page', 'http')}"
    expected = {each.name: each for each in found.expectations((drill,))}[
        "named/journey-broken-walk"
    ]
    assert expected.control.defect == "nothing is expected of open /orders/${id}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"every: 1s": True},
            "ST2116 runs that hang may hold 10 pages, and a prober's browser opens 6",
        ),
        (
            {"production": True},
            "ST2115 walk does click, and is not walked outside of rehearsals; write safe: true in ",
        ),
        (
            {"regions": True},
            "ST2117 walk begins at gateway, which 2 regions have under one hostname",
        ),
    ],
)
def test_what_is_warned_of(
    problems: Callable[[str], tuple[Problem, ...]],
    browsing: str,
    change: dict[str, bool],
    says: str,
) -> None:
    text = browsing
    if "every: 1s" in change:
        text = text.replace("    browser:\n", "    every: 1s\n    browser:\n")
    if "production" in change:
        text += "environments: {production: {runtime: kubernetes, namespace: shop}}\n"
    if "regions" in change:
        text = text.replace("  gateway:\n", "  gateway:\n    hostname: shop.example\n", 1)
        text += "regions: {eu: {home: true}, us: {}}\n"
    assert any(says in str(each) for each in problems(text)), problems(text)


def told(name: str, value: float, at: float) -> Observation:
    return Observation(
        at=START + at,
        source="prometheus",
        kind="sample",
        subject="runs",
        labels={"__name__": name, "journey": "walk"},
        value=value,
    )


@pytest.mark.parametrize(
    ("before", "state"),
    [(0.0, State.BLIND), (START - 20, State.BROKEN)],  # never walked; walked, and then no more
)
def test_who_never_walked_cannot_miss_a_fault(before: float, state: State) -> None:
    over = True
    judge = seen(frozenset({"walk"}), frozenset())
    found = Timeline(
        observations=(
            told(SUCCEEDED, before, -5),
            told(FAILED, 0.0, -5),
            step("inject", START),
            told(SUCCEEDED, before, 40),
        )
    )
    assert judge(found, START + 60, over).state is state


def test_the_names_of_steps_are_bounded_and_hold_nothing_filled_in(
    planned: Callable[..., Plan], browsing: str
) -> None:
    long = browsing.replace("name: Sign in", f"name: {'x' * 500}").replace(
        '"${secret.probe-password}"', "hunter"
    )
    names: list[Any] = [name_of(each) for each in planned(long).system.journeys["walk"].browser]
    assert max(map(len, names)) == 120
    assert not any("hunter" in each for each in names)
