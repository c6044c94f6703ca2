from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.sink import slack

JSON = "application/json"


def message(**attachment: Any) -> dict[str, Any]:
    # As Alertmanager 0.25 sends it.
    base = {
        "title": "[FIRING:1] ApiDown",
        "title_link": "http://127.0.0.1:9093/#/alerts?receiver=payments",
        "text": "",
        "fallback": "[FIRING:1] ApiDown | http://127.0.0.1:9093",
        "fields": [
            {"title": "Alert", "value": "ApiDown", "short": True},
            {"title": "Service", "value": "api", "short": True},
            {"title": "Region", "short": True},
            {"title": "Status", "value": "firing", "short": True},
            {"title": "Runbook", "value": "https://x/y", "short": False},
        ],
        "color": "danger",
        "mrkdwn_in": ["fallback", "pretext", "text"],
    }
    return {"channel": "#ops", "username": "alertmanager", "attachments": [{**base, **attachment}]}


def parse(body: Any) -> Any:
    return slack.parse(json.dumps(body).encode(), JSON)


def test_alertmanager_message_gives_labels_status_and_summary() -> None:
    parts = parse(message())
    assert (parts.faults, parts.error) == ((), "")
    assert parts.labels == {"alertname": "ApiDown", "service": "api"}
    assert parts.status == "firing"
    assert parts.summary == "[FIRING:1] ApiDown"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"fields": [{"title": "Status", "value": "resolved", "short": True}]}, "resolved"),
        ({"fields": [], "title": "[RESOLVED] ApiDown"}, "resolved"),
        ({"fields": [], "title": "[FIRING:1, RESOLVED:2] ApiDown", "color": "good"}, "firing"),
        ({"fields": [], "title": "ApiDown", "fallback": "x", "color": "good"}, "resolved"),
        ({"fields": [], "title": "ApiDown", "fallback": "x", "color": "#ff0000"}, "firing"),
    ],
)
def test_status_by_field_then_title_then_color(change: dict[str, Any], status: str) -> None:
    assert parse(message(**change)).status == status


@pytest.mark.parametrize(
    ("body", "error", "place"),
    [
        ([], "invalid_payload", "body"),
        ({}, "no_text", "message"),
        ({"text": ""}, "no_text", "message"),
        ({"text": 5}, "invalid_payload", "text"),
        ({"text": "x" * 40_001}, "invalid_payload", "text"),
        ({"attachments": {}}, "invalid_payload", "attachments"),
        ({"attachments": ["x"]}, "invalid_payload", "attachments[0]"),
        ({"attachments": [{"fallback": "x"}] * 101}, "too_many_attachments", "attachments"),
        (message(fallback="", text=""), "invalid_payload", "attachments[0]"),
        (message(color="reddish"), "invalid_payload", "attachments[0].color"),
        (message(footer="x" * 301), "invalid_payload", "attachments[0].footer"),
        (message(title_link="runbook"), "invalid_payload", "attachments[0].title_link"),
        (message(fields=[{"short": True}]), "invalid_payload", "attachments[0].fields[0]"),
        (
            message(fields=[{"title": "A", "value": 1, "short": True}]),
            "invalid_payload",
            "attachments[0].fields[0].value",
        ),
        (
            message(fields=[{"title": "A", "value": "b", "short": "yes"}]),
            "invalid_payload",
            "attachments[0].fields[0].short",
        ),
        (message(actions=[{"type": "button", "text": "x"}] * 6), "invalid_payload", "attachments"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks", "blocks"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks", "blocks[0].type"),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
            "invalid_blocks",
            "blocks[0].text.text",
        ),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks", "blocks[0]"),
    ],
)
def test_wrong_message_is_named_with_slacks_error(body: Any, error: str, place: str) -> None:
    parts = parse(body)
    assert parts.error == error
    assert parts.faults[0].startswith(place)


def test_form_encoded_and_broken_json_are_refused() -> None:
    body = json.dumps(message()).encode()
    assert slack.parse(body, "application/x-www-form-urlencoded").error == "invalid_payload"
    assert slack.parse(body, "application/json; charset=utf-8").error == ""
    assert slack.parse(body[:-1], JSON).error == "invalid_payload"
