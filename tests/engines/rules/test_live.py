"""A real Alertmanager with the rendered configuration: what it holds back, and whom it tells.

Only waiting times are shortened; routes, receivers, inhibition and mute times are as rendered.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.routes import Clock
from seatrial.contract.declaration import Window
from seatrial.engines.alertmanager import query
from seatrial.system import graph

if TYPE_CHECKING:
    from conftest import Live

pytestmark = pytest.mark.engines
Wait = Callable[[Callable[[], Any]], Any]
Start = Callable[..., "Live"]


def quick(text: str) -> str:
    """The same configuration, which waits a second for everything."""
    return re.sub(r"(group_(?:wait|interval)): \S+", r"\1: 1s", text)


def outage(service: str, cluster: str, **more: str) -> dict[str, str]:
    found = {
        "alertname": "Outage",
        "service": service,
        "tier": "outage",
        "severity": "page",
        "team": "platform",
        "region": "eu",
        "cluster": cluster,
    }
    return {**found, **more}


def told(live: Live, status: str = "firing") -> set[tuple[str, str]]:
    """Whose alerts arrived: the mail says neither cluster nor region."""
    return {
        (each["labels"].get("cluster", ""), each["labels"]["service"])
        for each in live.arrivals()
        if each["channel"] == "pagerduty" and each["status"] == status
    }


def test_inhibition_follows_needs_in_alertmanager_itself(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    started = live(reference, quick(configuration(reference.contexts["alerting"])))
    described = reference.system
    names = (*described.services, *described.stores, *described.journeys)
    dead = (*described.services, *described.stores)
    for cause in dead:
        started.post(*(outage(each, f"when-{cause}", tier="outage") for each in (cause,)))
    for cause in dead:
        others = [each for each in names if each != cause]
        # a symptom of each other thing; `burn` so that it holds nothing back itself
        started.post(*(outage(each, f"when-{cause}", tier="burn") for each in others))
        started.post(outage(cause, f"when-{cause}", tier="burn", region="us"))
    free: set[tuple[str, str]] = set()
    held: set[tuple[str, str]] = set()
    for cause in dead:
        below = set(graph.dependents(described).get(cause, frozenset()))
        below |= graph.journeys_through(described, cause)
        cluster = f"when-{cause}"
        for each in names:
            (held if each in below else free).add((cluster, each))
    assert held
    wait_until(lambda: free <= told(started))
    # what is posted now is told after everything that was posted before
    started.post(outage("last", "last"))
    wait_until(lambda: ("last", "last") in told(started))
    assert told(started) & held == set()
    held_by = {
        (each.labels["cluster"], each.labels["service"]): each.labels["held_by"]
        for each in started.observed()
        if each.labels["region"] == "eu"
    }
    assert {key for key, by in held_by.items() if by == "inhibition"} == held
    for alert in started.statuses():
        labels, state = alert["labels"], alert["status"]
        key = (labels["cluster"], labels["service"])
        by_inhibition = bool(state["inhibitedBy"])
        assert by_inhibition == (key in held and labels["region"] == "eu"), alert
        assert state["state"] == ("suppressed" if by_inhibition else "active"), alert


def test_what_was_held_back_is_told_when_its_cause_is_over(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    started = live(reference, quick(configuration(reference.contexts["alerting"])))
    cause, symptom = outage("database", "c"), outage("api", "c")
    started.post(cause, symptom)
    wait_until(lambda: ("c", "database") in told(started))
    started.post(outage("last", "last"))
    wait_until(lambda: ("last", "last") in told(started))
    assert ("c", "api") not in told(started)
    started.post(cause, over=True)
    wait_until(lambda: ("c", "api") in told(started))
    wait_until(lambda: ("c", "database") in told(started, "resolved"))


def test_every_channel_of_every_receiver_gets_its_message_in_its_form(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    started = live(reference, quick(configuration(reference.contexts["alerting"])))
    channels = {
        "page": {"slack", "email", "pagerduty"},
        "ticket": {"slack", "email"},
        "info": {"slack"},
    }
    expected = {
        (f"{team}-{severity}", channel)
        for team in reference.system.teams
        for severity, each in channels.items()
        for channel in each
    }
    for team in reference.system.teams:
        for severity in channels:
            labels = outage(f"{team}-{severity}", "c", team=team, severity=severity, tier="meta")
            started.post(labels)

    def arrived() -> set[tuple[str, str]]:
        return {(each["receiver"], each["channel"]) for each in started.arrivals()}

    wait_until(lambda: expected <= arrived())
    assert arrived() == expected
    for arrival in started.arrivals():
        assert arrival["valid"], arrival
        assert arrival["labels"]["service"] == arrival["receiver"], arrival


def test_a_mute_time_holds_back_what_it_names_and_nothing_else(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    context = reference.contexts["alerting"]
    assert context.settings.mute, "the reference system declares a mute time"
    (mute,) = context.settings.mute.values()
    started = live(reference, quick(configuration(context, clock=Clock.ALWAYS)))
    pairs = [
        (team, severity)
        for team in reference.system.teams
        for severity in ("page", "ticket", "info")
    ]
    muted = {
        f"{team}-{severity}"
        for team, severity in pairs
        if severity == mute.severity and team in (mute.teams or reference.system.teams)
    }
    assert muted
    for team, severity in pairs:
        service = f"{team}-{severity}"
        started.post(outage(service, "c", team=team, severity=severity, tier="meta"))

    def arrived() -> set[str]:
        return {each["labels"]["service"] for each in started.arrivals()}

    free = {f"{team}-{severity}" for team, severity in pairs} - muted
    wait_until(lambda: free <= arrived())
    started.post(outage("last", "last"))
    wait_until(lambda: "last" in arrived())
    assert arrived() & muted == set()
    seen = {each.labels["service"]: each.labels["held_by"] for each in started.observed()}
    assert seen == {**dict.fromkeys(free, ""), **dict.fromkeys(muted, "mute"), "last": ""}


def test_announced_maintenance_holds_back_its_subject_until_its_last_minute_is_over(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    """A window as a file declares it, on the clock of this machine."""
    now = time.time()
    minute = now - now % 60
    until = minute + (60 if now % 60 < 30 else 120)
    windows = (
        Window(name="disk", spans=((minute - 86400, until),), subjects=("api",)),
        Window(name="move", spans=((until + 86400, until + 90000),), whole=True),
        Window(name="past", spans=((minute - 7200, minute - 3600),), subjects=("worker",)),
    )
    context = reference.contexts["alerting"]
    declared = replace(context.declarations, windows=windows)
    text = configuration(replace(context, declarations=declared), clock=Clock.DECLARED)
    started = live(reference, quick(text))
    held, attack = outage("api", "c"), outage("api", "c", tier="security", alertname="Scanner")
    started.post(held, attack, outage("worker", "c"))

    def arrived() -> dict[tuple[str, str], float]:
        return {
            (each["labels"]["service"], each["alertname"]): each["at"]
            for each in started.arrivals()
            if each["channel"] == "pagerduty"
        }

    wait_until(lambda: {("api", "Scanner"), ("worker", "Outage")} <= set(arrived()))
    told = {
        (each.labels["service"], each.subject): each.labels["held_by"]
        for each in started.observed()
    }
    assert time.time() < until, "nothing was seen of the window: the machine is too busy"
    assert told == {
        ("api", "Outage"): "mute", ("api", "Scanner"): "", ("worker", "Outage"): "",
    }  # fmt: skip
    wait_until(lambda: ("api", "Outage") in arrived())
    assert arrived()["api", "Outage"] >= until


def test_a_rehearsals_own_configuration_mutes_nothing(
    reference: Plan, live: Start, wait_until: Wait
) -> None:
    started = live(reference, quick(configuration(reference.contexts["alerting"])))
    for team in reference.system.teams:
        started.post(outage(f"{team}-ticket", "c", team=team, severity="ticket", tier="meta"))
    wanted = {f"{team}-ticket" for team in reference.system.teams}
    wait_until(lambda: wanted <= {each["labels"]["service"] for each in started.arrivals()})


def test_a_silence_holds_back_and_lets_go(reference: Plan, live: Start, wait_until: Wait) -> None:
    started = live(reference, quick(configuration(reference.contexts["alerting"])))
    now = time.time()
    body = query.silence(
        {"service": "api"}, starts=now, ends=now + 3600, author="a test", comment="why not"
    )
    answer = httpx.post(
        f"{started.alertmanager}/api/v2/silences",
        content=body,
        headers={"Content-Type": "application/json"},
        trust_env=False,
    ).raise_for_status()
    started.post(outage("api", "c"), outage("worker", "c"))
    wait_until(lambda: ("c", "worker") in told(started))
    started.post(outage("last", "last"))
    wait_until(lambda: ("last", "last") in told(started))
    assert ("c", "api") not in told(started)
    observed = {each.labels["service"]: each.labels["held_by"] for each in started.observed()}
    assert observed == {"api": "silence", "worker": "", "last": ""}
    url = f"{started.alertmanager}/api/v2/silence/{answer.json()['silenceID']}"
    httpx.delete(url, trust_env=False).raise_for_status()
    wait_until(lambda: ("c", "api") in told(started))
