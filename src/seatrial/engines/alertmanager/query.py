"""Asking and telling Alertmanager: bodies and answers of its HTTP API (v2)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seatrial.contract.timeline import Observation

PORT = "http"
_HELD_BY = (("inhibition", "inhibitedBy"), ("silence", "silencedBy"), ("mute", "mutedBy"))


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def silence(
    matchers: Mapping[str, str], *, starts: float, ends: float, author: str, comment: str
) -> str:
    """The body of `POST /api/v2/silences`; instants in seconds since the epoch."""
    return json.dumps(
        {
            "matchers": [
                {"name": key, "value": value, "isRegex": False, "isEqual": True}
                for key, value in matchers.items()
            ],
            "startsAt": _stamp(starts),
            "endsAt": _stamp(ends),
            "createdBy": author,
            "comment": comment,
        }
    )


def suppressed(at: float, body: bytes) -> tuple[Observation, ...]:
    """A parser for `/api/v2/alerts/groups`: each alert with what holds it back.

    Of Alertmanager's answers only this one tells what the clock mutes. `text` is `active` or
    `suppressed`; the label `held_by` is `inhibition`, `silence`, `mute` or empty.
    """
    return tuple(_routed(at, each) for group in json.loads(body) for each in group["alerts"])


def _routed(at: float, alert: Mapping[str, Any]) -> Observation:
    status = alert["status"]
    held = next((name for name, key in _HELD_BY if status.get(key)), "")
    return Observation(
        at=at,
        source="alertmanager",
        kind="routed",
        subject=alert["labels"].get("alertname", ""),
        text=status["state"],
        labels={**alert["labels"], "held_by": held},
    )


def route_test(config: str, labels: Mapping[str, str], receivers: Iterable[str]) -> tuple[str, ...]:
    """The amtool command that asks Alertmanager's own router where these labels go."""
    return (
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={config}",
        f"--verify.receivers={','.join(receivers)}",
        *(f"{key}={value}" for key, value in labels.items()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A silence as Alertmanager keeps it; `ends` in seconds since the epoch."""

    id: str
    matchers: tuple[str, ...]
    ends: float
    author: str
    text: str


def silences(body: bytes) -> tuple[Silenced, ...]:
    """The silences of `GET /api/v2/silences` that have not expired."""
    return tuple(
        Silenced(
            id=each["id"],
            matchers=tuple(f"{one['name']}={one['value']}" for one in each["matchers"]),
            ends=datetime.fromisoformat(each["endsAt"]).timestamp(),
            author=each["createdBy"],
            text=each["comment"],
        )
        for each in json.loads(body)
        if each["status"]["state"] != "expired"
    )
