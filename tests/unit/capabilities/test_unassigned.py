"""What nobody answers for is never shown as somebody's: no route, no proof, one warning each."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.declare import owner_of
from seatrial.capabilities.alerting.expectations import expectations
from seatrial.capabilities.alerting.render import configuration
from seatrial.system.problem import Problem

NOBODY = {
    "  web: {chat: ": "  unassigned: {}\n  web: {chat: ",
    "  api:\n    owner: web": "  api:\n    owner: unassigned",
}


def unassigned(text: str) -> str:
    for old, new in NOBODY.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_gap_is_told_once(shop: str, problems: Callable[[str], tuple[Problem, ...]]) -> None:
    before = {each.code for each in problems(shop)}
    found = [each for each in problems(unassigned(shop)) if each.code not in before]
    assert [(each.code, each.summary) for each in found] == [
        ("ST1216", "nobody answers for services.api: no alert of it reaches anyone")
    ]


def test_no_route_leads_to_nobody_and_its_alerts_reach_the_others(
    shop: str, planned: Callable[..., Plan]
) -> None:
    context = planned(unassigned(shop)).contexts["alerting"]
    config = yaml.safe_load(configuration(context))
    receivers = {each["name"] for each in config["receivers"]}
    assert not any(each.startswith("unassigned") for each in receivers)
    assert {"web-page", "data-page", "unrouted"} <= receivers
    assert "unassigned" not in str(config["route"]["routes"])
    assert config["route"]["receiver"] == "unrouted"
    assert owner_of(context.system, context.settings) == "web"


def test_a_drill_of_it_waits_for_a_page_that_nothing_sends(
    shop: str, planned: Callable[..., Plan]
) -> None:
    found = planned(unassigned(shop))
    context = found.contexts["alerting"]
    pages = {each.name: each for each in expectations(context, found.scenarios())}
    assert "nobody answers for it" in pages["page/service-down-api"].summary
    assert "web" in pages["page/service-down-gateway"].summary


def test_a_system_of_which_nobody_answers_for_anything_can_still_be_planned(
    shop: str, planned: Callable[..., Plan]
) -> None:
    text = shop.replace("owner: web", "owner: unassigned").replace(
        "owner: data", "owner: unassigned"
    )
    start, end = text.index("teams:"), text.index("services:")
    context = planned(text[:start] + "teams: {unassigned: {}}\n" + text[end:]).contexts["alerting"]
    config = yaml.safe_load(configuration(context))
    assert {each["name"] for each in config["receivers"]} == {"watchdog", "unrouted"}
