"""Alertmanager's file and answers, written and read without Alertmanager."""

from __future__ import annotations

import json
from typing import Any

import yaml

from seatrial.engines.alertmanager import config, query

TIMING = config.Timing(wait=5, interval=30, repeat=14400)


def _configuration(*receivers: config.Receiver, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "receivers": receivers, "routes": (), "fallback": "none", "fallback_timing": TIMING,
        "inhibitions": (), "mute_times": (), **more,
    }  # fmt: skip
    found: dict[str, Any] = yaml.safe_load(config.configuration(config.Routing(**values)))
    return found


def test_what_is_empty_is_not_written() -> None:
    document = _configuration(config.Receiver(name="none"))
    assert set(document) == {"global", "route", "receivers"}
    assert document["receivers"] == [{"name": "none"}]


def test_secrets_are_read_from_files_in_production() -> None:
    receiver = config.Receiver(
        name="web-page",
        slack=(config.Slack(channel="#web", url_file="/keys/slack"),),
        pagerduty=(config.PagerDuty(key_file="/keys/web"),),
        email=(
            config.Email(
                to="w@x.example", sender="s@x.example", smarthost="mail:587", user="u",
                password_file="/keys/mail",
            ),
        ),
    )  # fmt: skip
    (written,) = _configuration(receiver)["receivers"]
    assert written["slack_configs"][0]["api_url_file"] == "/keys/slack"
    assert "api_url" not in written["slack_configs"][0]
    assert written["pagerduty_configs"][0]["routing_key_file"] == "/keys/web"
    assert "url" not in written["pagerduty_configs"][0]
    assert written["email_configs"][0]["auth_password_file"] == "/keys/mail"
    assert written["email_configs"][0]["require_tls"] is True


def test_messages_carry_the_facts_on_every_channel() -> None:
    receiver = config.Receiver(
        name="r",
        slack=(config.Slack(channel="#web", url="http://sink/"),),
        pagerduty=(config.PagerDuty(key_file="k", url="http://sink/"),),
        email=(config.Email(to="t", sender="s", smarthost="h:25", tls=False),),
    )
    (written,) = _configuration(receiver)["receivers"]
    for key in ("slack_configs", "pagerduty_configs", "email_configs"):
        text = json.dumps(written[key])
        for fact in ("alertname", "service", "severity", "team", ".Status", "runbook_url"):
            assert fact in text, (key, fact)


def test_a_route_and_its_mute_times() -> None:
    route = config.Route(
        match={"team": "web", "severity": "ticket"}, receiver="r", timing=TIMING, muted=("nights",)
    )
    document = _configuration(config.Receiver(name="r"), routes=(route,))
    (written,) = document["route"]["routes"]
    assert written["matchers"] == ['team="web"', 'severity="ticket"']
    assert written["mute_time_intervals"] == ["nights"]
    assert (written["group_wait"], written["repeat_interval"]) == ("5s", "4h")
    assert "continue" not in written


def test_what_holds_an_alert_back() -> None:
    def alert(number: str, **status: object) -> dict[str, Any]:
        full = {"state": "suppressed", "inhibitedBy": [], "silencedBy": [], "mutedBy": []}
        labels = {"alertname": "A", "service": number}
        return {"fingerprint": number, "labels": labels, "status": {**full, **status}}

    old = alert("old", state="active")
    del old["status"]["mutedBy"]  # Alertmanager before 0.28
    groups = [
        {"alerts": [alert("free", state="active"), alert("inhibited", inhibitedBy=["x"])]},
        {"alerts": [alert("silenced", silencedBy=["y"]), alert("muted", mutedBy=["z"]), old]},
    ]
    seen = query.suppressed(5.0, json.dumps(groups).encode())
    assert {each.labels["service"]: each.labels["held_by"] for each in seen} == {
        "free": "", "inhibited": "inhibition", "silenced": "silence", "muted": "mute", "old": "",
    }  # fmt: skip
    assert {each.text for each in seen} == {"active", "suppressed"}
    assert {each.id for each in seen} == {""}  # each poll counts: what lets go must be seen


def test_bodies_are_in_utc_and_whole() -> None:
    body = json.loads(
        query.silence({"service": "api"}, starts=0.0, ends=90.5, author="ada", comment="why")
    )
    assert body["startsAt"] == "1970-01-01T00:00:00Z"
    assert body["endsAt"].startswith("1970-01-01T00:01:30.5")
    assert body["matchers"] == [
        {"name": "service", "value": "api", "isRegex": False, "isEqual": True}
    ]
    assert (body["createdBy"], body["comment"]) == ("ada", "why")


def test_a_route_test_asks_for_exactly_these_receivers() -> None:
    argv = query.route_test("am.yml", {"team": "web", "severity": "page"}, ("a", "b"))
    assert argv[:4] == ("amtool", "config", "routes", "test")
    assert "--verify.receivers=a,b" in argv
    assert argv[-2:] == ("team=web", "severity=page")
