from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.sink import pagerduty


def event(**change: Any) -> dict[str, Any]:
    # As Alertmanager 0.25 sends it.
    base = {
        "routing_key": "a" * 32,
        "dedup_key": "f" * 64,
        "event_action": "trigger",
        "payload": {
            "summary": "ApiDown",
            "source": "Alertmanager",
            "severity": "critical",
            "custom_details": {"alertname": "ApiDown", "team": "payments", "num_firing": "1"},
        },
        "client": "Alertmanager",
        "client_url": "http://127.0.0.1:9093/#/alerts",
    }
    return {**base, **change}


def payload(**change: Any) -> dict[str, Any]:
    return event(payload={**event()["payload"], **change})


def parse(body: Any) -> pagerduty.Event:
    return pagerduty.parse(json.dumps(body).encode())


def test_trigger_gives_labels_and_key() -> None:
    found = parse(event())
    assert found.parts.faults == ()
    assert found.parts.labels == {"alertname": "ApiDown", "team": "payments"}
    assert (found.parts.status, found.dedup_key) == ("firing", "f" * 64)


def test_resolve_needs_no_payload_but_its_key() -> None:
    body = {"routing_key": "a" * 32, "event_action": "resolve", "dedup_key": "k"}
    assert parse(body).parts.faults == ()
    assert parse(body).parts.status == "resolved"
    del body["dedup_key"]
    assert parse(body).parts.faults == ("dedup_key: is missing or blank, resolve needs it",)


def test_trigger_without_key_gets_one() -> None:
    body = event()
    del body["dedup_key"]
    assert parse(body).parts.faults == ()
    assert len(parse(body).dedup_key) == 32


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (event(routing_key="short"), "routing_key"),
        (event(routing_key=None), "routing_key"),
        (event(event_action="page"), "event_action"),
        (event(dedup_key="x" * 256), "dedup_key"),
        (event(payload=None), "payload"),
        (event(links=[{"text": "x"}]), "links[0].href"),
        (event(images={}), "images"),
        (payload(summary=""), "payload.summary"),
        (payload(summary="x" * 1025), "payload.summary"),
        (payload(source=""), "payload.source"),
        (payload(severity="page"), "payload.severity"),
        (payload(custom_details=[]), "payload.custom_details"),
        (payload(timestamp="yesterday"), "payload.timestamp"),
        ("text", "body"),
    ],
)
def test_wrong_event_names_its_place(body: Any, place: str) -> None:
    assert parse(body).parts.faults[0].startswith(f"{place}:")
