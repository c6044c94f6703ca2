"""Checks an event of PagerDuty's Events API v2 and reads the alert from its custom details.

Source: developer.pagerduty.com "Send an alert event" (fields, limits, answers) and "PD-CEF".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seatrial.daemons.shared.labels import LABELS, Status
from seatrial.daemons.sink import forms
from seatrial.daemons.sink.arrival import Parts

KEY_LENGTH = 32
DEDUP_LIMIT = 255
SUMMARY_LIMIT = 1024
BODY_LIMIT = 512 * 1024
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: its parts, what was asked, and the key that the answer gives back."""

    parts: Parts
    action: str
    dedup_key: str


def parse(body: bytes) -> Event:
    """Read one event; `parts.faults` are the errors that the API would list."""
    event, faults = forms.read_object(body)
    if faults:
        return Event(parts=Parts(faults=faults), action="", dedup_key="")
    payload = event.get("payload")
    details = forms.strings(payload.get("custom_details")) if isinstance(payload, dict) else {}
    action = str(event.get("event_action", ""))
    status: Status = "resolved" if action == "resolve" else "firing"
    key = event.get("dedup_key")
    return Event(
        parts=Parts(
            status=status,
            labels={name: value for name, value in details.items() if name in LABELS},
            summary=forms.summary(
                payload.get("summary") if isinstance(payload, dict) else "",
                event.get("client"),
            ),
            faults=tuple(_check(event, action)),
        ),
        action=action,
        # The API makes a key up for a trigger without one; ours is the event's digest.
        dedup_key=key if isinstance(key, str) and key else hashlib.sha256(body).hexdigest()[:32],
    )


def _check(event: dict[str, Any], action: str) -> list[str]:
    faults = []
    key = event.get("routing_key")
    if not isinstance(key, str) or not key:
        faults.append("routing_key: is missing or blank")
    elif len(key) != KEY_LENGTH:
        faults.append(f"routing_key: {len(key)} characters, must be {KEY_LENGTH}")
    if action not in ACTIONS:
        faults.append(f"event_action: {', '.join(ACTIONS)} are known, not {action!r}")
    if "dedup_key" in event:
        faults += forms.text(event["dedup_key"], "dedup_key", limit=DEDUP_LIMIT)
    if action in {"acknowledge", "resolve"} and not event.get("dedup_key"):
        faults.append(f"dedup_key: is missing or blank, {action} needs it")
    faults += forms.texts(event, ("client", "client_url"), "")
    faults += _check_pairs(event, "links", "href")
    faults += _check_pairs(event, "images", "src")
    if action == "trigger" or event.get("payload") is not None:
        # Only a trigger needs a payload, and what another action brings along goes unread.
        faults += _check_payload(event.get("payload"), needed=action == "trigger")
    return faults


def _check_payload(payload: object, *, needed: bool) -> list[str]:
    if not isinstance(payload, dict):
        return [f"payload: an object is wanted, not {forms.kind(payload)}"]
    if not needed:
        return []
    faults = forms.text(
        payload.get("summary", ""),
        "payload.summary",
        limit=SUMMARY_LIMIT,
        empty_ok=False,
    )
    faults += forms.text(payload.get("source", ""), "payload.source", empty_ok=False)
    if payload.get("severity") not in SEVERITIES:
        known = ", ".join(SEVERITIES)
        faults.append(f"payload.severity: {known} are known, not {payload.get('severity')!r}")
    faults += forms.texts(payload, ("component", "group", "class"), "payload.")
    details = payload.get("custom_details")
    if details is not None and not isinstance(details, dict):
        faults.append(f"payload.custom_details: an object is wanted, not {forms.kind(details)}")
    if payload.get("timestamp"):
        faults += _check_time(payload["timestamp"])
    return faults


def _check_time(value: object) -> list[str]:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return [f"payload.timestamp: not a time of ISO 8601: {value!r}"]
    return []


def _check_pairs(event: dict[str, Any], key: str, needed: str) -> list[str]:
    found = event.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        return [f"{key}: a list is wanted, not {forms.kind(found)}"]
    faults = []
    for number, entry in enumerate(found):
        place = f"{key}[{number}]"
        if not isinstance(entry, dict):
            faults.append(f"{place}: an object is wanted, not {forms.kind(entry)}")
        else:
            faults += forms.text(entry.get(needed, ""), f"{place}.{needed}", empty_ok=False)
    return faults
