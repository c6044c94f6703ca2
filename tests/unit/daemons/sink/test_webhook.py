from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.sink import webhook

ALERT = {
    "status": "firing",
    "labels": {"alertname": "ApiDown", "service": "api"},
    "annotations": {"summary": "api is down"},
    "startsAt": "2026-11-23T20:33:04.123Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "",
    "fingerprint": "abc",
}
MESSAGE: dict[str, Any] = {
    "receiver": "payments",
    "status": "firing",
    "alerts": [ALERT, {**ALERT, "status": "resolved"}],
    "groupLabels": {},
    "commonLabels": {"alertname": "ApiDown"},
    "commonAnnotations": {},
    "externalURL": "http://127.0.0.1:9093",
    "version": "4",
    "groupKey": "{}:{}",
    "truncatedAlerts": 0,
}


def parse(body: Any) -> Any:
    return webhook.parse(json.dumps(body).encode())


def test_one_arrival_an_alert_each_with_its_own_status() -> None:
    first, second = parse(MESSAGE)
    assert (first.status, second.status) == ("firing", "resolved")
    assert first.labels == {"alertname": "ApiDown", "service": "api"}
    assert (first.summary, first.faults) == ("api is down", ())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": "3"}, "version"),
        ({"alerts": []}, "alerts"),
        ({"alerts": [1]}, "alerts[0]"),
        ({"groupKey": ""}, "groupKey"),
        ({"commonLabels": None}, "commonLabels"),
        ({"alerts": [{**ALERT, "startsAt": "now"}]}, "alerts[0].startsAt"),
        ({"alerts": [{**ALERT, "labels": {}}]}, "alerts[0].labels.alertname"),
        ({"alerts": [{**ALERT, "labels": {"alertname": 1}}]}, "alerts[0].labels.alertname"),
    ],
)
def test_wrong_message_names_its_place(change: dict[str, Any], place: str) -> None:
    assert parse({**MESSAGE, **change})[0].faults[0].startswith(f"{place}:")
