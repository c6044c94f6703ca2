"""Which step a drill breaks, what the daemon is told, and what the prober must name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from timelines import START, step

from seatrial.app.plan import Plan
from seatrial.capabilities.synthetics.broken import chosen, name_of
from seatrial.capabilities.synthetics.named import Names, named
from seatrial.contract.action import AlterFile, Request
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.daemons.certified import terms
from seatrial.daemons.faulty.plan import parse

BUY = """\
      - get: /
      - post: /carts
        keep: {id: $.id}
      - get: /carts/${id}
        expect: {json: {$.open: true}}
      - get: /carts/${id}/mail
"""
ONE = "      - get: /\n"


def drilled(found: Plan) -> Any:
    return next(each for each in found.scenarios() if each.name.startswith("journey-broken-"))


def test_the_last_step_of_which_a_value_is_expected_breaks(
    planned: Callable[..., Plan], shop: str
) -> None:
    broken = chosen(planned(shop.replace(ONE, BUY)).system)
    assert broken is not None
    assert (broken.journey, broken.number, name_of(broken.step)) == ("buy", 2, "GET /carts/${id}")
    assert broken.spoil == {"at": "$.open", "value": False}


@pytest.mark.parametrize(
    ("more", "spoil"),
    [
        ("", {"status": 500}),
        ("        expect: {status: 500}\n", {"status": 503}),
        ("        expect: {body: hello}\n", {"without": "hello"}),
        ("        expect: {json: {$.n: 4}}\n", {"at": "$.n", "value": 5}),
        (
            "        until: {json: {$.state: done}, within: 5s}\n",
            {"at": "$.state", "value": "not done"},
        ),
    ],
)
def test_an_answer_is_spoilt_in_what_is_expected_of_it(
    planned: Callable[..., Plan], shop: str, more: str, spoil: dict[str, Any]
) -> None:
    broken = chosen(planned(shop.replace(ONE, f"{ONE}      - get: /b\n{more}")).system)
    assert broken is not None
    assert (broken.number, broken.spoil) == (1, spoil)


@pytest.mark.parametrize(
    "steps",
    [
        ONE,
        ONE + ONE,  # the route of an earlier step, too: that would break first
        "      - get: /a\n      - get: /b\n        until: {json: {$.x: 1}, within: 2m}\n",
    ],
)
def test_what_has_no_later_step_of_its_own_has_no_drill(
    planned: Callable[..., Plan], shop: str, steps: str
) -> None:
    found = planned(shop.replace(ONE, steps))
    assert chosen(found.system) is None
    assert not any(each.name.startswith("journey-broken-") for each in found.scenarios())
    assert "faulty-route" not in {each.name for each in found.workloads}


def test_a_drill_leads_users_through_the_broken_route(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop.replace(ONE, BUY))
    (daemon,) = (each for each in found.workloads if each.name == "faulty-route")
    plan = parse(daemon.files[0].text)
    (gateway,) = found.placement.of("gateway")
    assert plan.upstreams == (f"http://{gateway.address}:8080",)
    assert plan.strikes("GET", "/carts/a%2F7")
    assert not any(
        plan.strikes(*each)
        for each in (("GET", "/"), ("POST", "/carts"), ("GET", "/carts/7/mail"), ("GET", "/carts"))
    )
    scenario = drilled(found)
    (lead,) = scenario.injections[0].actions
    base = f"http://{found.placement.endpoint('faulty-route', 'http')}"
    assert isinstance(lead, Request)
    assert (lead.path, json.loads(lead.body)) == ("/detour", {"journey": "buy", "base": base})
    assert lead.undo is not None
    assert json.loads(lead.undo.body)["base"] == ""
    expected = {each.name: each for each in found.expectations((scenario,))}
    (loose,) = expected["named/journey-broken-buy"].control.actions
    assert isinstance(loose, Request)
    assert json.loads(loose.body) == {"journey": "buy", "step": "GET /carts/${id}", "on": False}
    assert expected["page/journey-broken-buy"].expects[0] == {
        "alertname": "JourneyFailing",
        "service": "buy",
    }


def test_every_region_is_led_there(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop.replace(ONE, BUY) + "regions: {eu: {home: true}, us: {}}\n")
    actions = drilled(found).injections[0].actions
    assert [each.workload for each in actions] == ["prober", "prober-us"]


def test_production_holds_nothing_ready(planned: Callable[..., Plan], shop: str) -> None:
    real = planned(shop.replace(ONE, BUY), "production")
    names = {each.name for each in real.workloads}
    assert not names & {"faulty-route", "drill-certificate"}
    assert not any(each.subject == "drill-certificate" for each in real.declarations.alerts)


def test_a_certificate_is_renewed_with_one_that_ends_too_soon(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop)
    (daemon,) = (each for each in found.workloads if each.name == "drill-certificate")
    (scenario,) = (each for each in found.scenarios() if each.name == "certificate-ends")
    (renewed,) = scenario.injections[0].actions
    assert isinstance(renewed, AlterFile)
    (rule,) = (
        each
        for each in found.declarations.alerts
        if (each.name, each.subject) == ("CheckExpires", "drill-certificate")
    )
    borne = float(rule.expr.rpartition("<")[2]) / 86400
    assert terms.parse(renewed.text) < borne < terms.parse(daemon.files[0].text)
    expected = {each.name: each for each in found.expectations((scenario,))}
    assert set(expected) == {"told/certificate-ends", "page/certificate-ends"}
    (defect,) = expected["told/certificate-ends"].control.actions
    assert isinstance(defect, AlterFile)
    exprs = {
        each["expr"]
        for group in yaml.safe_load(defect.text)["groups"]
        for each in group["rules"]
        if each["alert"] == "CheckExpires"
    }
    assert exprs == {f"{rule.expr.rpartition('<')[0]}< 0"}


NAMES = Names(
    journey="buy", step="GET /c", earlier=("GET /a", "GET /b"), pages=frozenset({"JourneyFailing"})
)
JUDGE = named(NAMES)


def told(at: float, **ends: float) -> tuple[Observation, ...]:
    """What was counted by then: `a_ok=3` is that of GET /a."""
    return tuple(
        Observation(
            at=at,
            source="prometheus",
            kind="sample",
            subject="steps",
            value=value,
            labels={"step": f"GET /{name[0]}", "outcome": name[2:]},
        )
        for name, value in ends.items()
    )


def alert(at: float, service: str = "buy") -> Observation:
    return Observation(
        at=at,
        source="prometheus",
        kind="alert",
        subject="JourneyFailing",
        text="firing",
        labels={"service": service},
    )


def state(*seen: Observation, over: bool = False) -> tuple[State, str]:
    judged = JUDGE(Timeline().adding((step("inject", START), *seen)), START + 99, over)
    return judged.state, judged.reason


BEFORE = told(START + 1, a_ok=50, b_ok=50, c_ok=50, a_failed=1, c_failed=2)
AFTER = told(START + 6, a_ok=55, b_ok=54, c_ok=50, a_failed=1, c_failed=4, c_timeout=1)


def test_the_step_that_broke_is_named() -> None:
    found = state(*BEFORE, *AFTER)
    assert found == (State.MET, "GET /c failed 6.0 s after the fault, and no other step did")
    seen = (step("inject", START), *BEFORE, *AFTER, alert(START + 20))
    judged = JUDGE(Timeline().adding(seen), START + 30, False)  # noqa: FBT003 - Judge's protocol
    assert [(each.name, each.value) for each in judged.figures] == [
        ("fault to failed step", 6.0),
        ("ahead of the page", 14.0),
    ]


def test_a_page_that_comes_first_is_no_proof() -> None:
    assert state(*BEFORE, alert(START + 5), *AFTER)[0] is State.BROKEN
    assert state(*BEFORE, alert(START + 5, "sell"), *AFTER)[0] is State.MET


def test_another_step_that_fails_is_not_that_alone() -> None:
    worse = told(START + 6, a_ok=55, b_ok=54, a_failed=2, c_failed=9)
    assert state(*BEFORE, *worse)[0] is State.PENDING
    assert state(*BEFORE, *worse, over=True) == (State.BROKEN, "GET /a failed, too")
    # one of many says nothing of the step
    many = told(START + 30, a_ok=150, b_ok=150, a_failed=2, c_failed=99)
    assert state(*BEFORE, *many)[0] is State.MET


def test_what_nobody_saw_is_broken_and_what_nobody_told_is_unknown() -> None:
    well = told(START + 60, a_ok=99, b_ok=99, c_ok=99, a_failed=1, c_failed=2)
    assert state(*BEFORE, *well)[0] is State.PENDING
    assert state(*BEFORE, *well, over=True)[0] is State.BROKEN
    assert state(over=True)[0] is State.BLIND
    unwalked = told(START + 6, a_ok=50, b_ok=50, c_failed=9)
    assert state(*BEFORE, *unwalked, over=True) == (
        State.BROKEN,
        "the steps before it were not walked",
    )


def test_what_is_told_after_the_repair_says_nothing() -> None:
    found = state(*BEFORE, step("undo", START + 5), *AFTER, over=True)
    assert found[0] is State.BROKEN
