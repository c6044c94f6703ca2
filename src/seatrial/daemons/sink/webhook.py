"""Checks Alertmanager's webhook, version 4, and reads one arrival an alert.

Source: prometheus.io "Alerting configuration", section webhook_config.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from seatrial.daemons.sink import forms
from seatrial.daemons.sink.arrival import Parts

VERSION = "4"
_MAPS = ("groupLabels", "commonLabels", "commonAnnotations")


def parse(body: bytes) -> tuple[Parts, ...]:
    """Read the alerts of one message; a message that is none gives one part with its faults."""
    message, broken = forms.read_object(body)
    if broken:
        return (Parts(faults=broken),)
    faults = _check(message)
    alerts = message.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        return (Parts(faults=(*faults, "alerts: a list of at least one alert is wanted")),)
    return tuple(_alert(alert, f"alerts[{number}]", faults) for number, alert in enumerate(alerts))


def _check(message: dict[str, Any]) -> tuple[str, ...]:
    faults = []
    if message.get("version") != VERSION:
        faults.append(f"version: {VERSION!r} is wanted, not {message.get('version')!r}")
    if message.get("status") not in {"firing", "resolved"}:
        faults.append(f"status: firing or resolved, not {message.get('status')!r}")
    for key in ("groupKey", "receiver"):
        faults += forms.text(message.get(key, ""), key, empty_ok=False)
    for key in _MAPS:
        faults += _check_map(message.get(key), key)
    truncated = message.get("truncatedAlerts", 0)
    if not isinstance(truncated, int) or isinstance(truncated, bool):
        faults.append(f"truncatedAlerts: a number is wanted, not {forms.kind(truncated)}")
    return tuple(faults)


def _alert(alert: object, place: str, common: tuple[str, ...]) -> Parts:
    if not isinstance(alert, dict):
        fault = f"{place}: an object is wanted, not {forms.kind(alert)}"
        return Parts(faults=(*common, fault))
    faults = [*common]
    status = alert.get("status")
    if status not in {"firing", "resolved"}:
        faults.append(f"{place}.status: firing or resolved, not {status!r}")
    for key in ("labels", "annotations"):
        faults += _check_map(alert.get(key), f"{place}.{key}")
    for key in ("startsAt", "endsAt"):
        try:
            datetime.fromisoformat(str(alert.get(key)))
        except ValueError:
            faults.append(f"{place}.{key}: not a time of RFC 3339: {alert.get(key)!r}")
    labels = forms.strings(alert.get("labels"))
    if not labels.get("alertname"):
        faults.append(f"{place}.labels.alertname: is missing or blank")
    notes = forms.strings(alert.get("annotations"))
    return Parts(
        status="resolved" if status == "resolved" else "firing",
        labels=labels,
        summary=forms.summary(notes.get("summary"), notes.get("description")),
        faults=tuple(faults),
    )


def _check_map(value: object, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: an object is wanted, not {forms.kind(value)}"]
    return [fault for key, text in value.items() for fault in forms.text(text, f"{place}.{key}")]
