"""Reads a beat: Alertmanager's webhook, version 4 (prometheus.io, webhook_config)."""

from __future__ import annotations

import json

from seatrial.daemons.shared.labels import Status

VERSION = "4"


class BeatError(Exception):
    """What came in is no webhook of version 4; the message says why."""


def parse(body: bytes) -> Status:
    """Give the status of the watchdog alert's group. Raises BeatError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BeatError(f"body: not JSON: {error}") from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise BeatError("body: Alertmanager's webhook of version 4 is wanted")
    if found.get("status") == "firing":
        return "firing"
    if found.get("status") == "resolved":
        return "resolved"
    raise BeatError(f"status: firing or resolved, not {found.get('status')!r}")
