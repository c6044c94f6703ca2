"""Spoils one answer. Pure."""

from __future__ import annotations

import json
from typing import Any

from seatrial.daemons.faulty.plan import Spoil


def spoilt(spoil: Spoil, status: int, body: bytes) -> tuple[int, bytes]:
    """The status and the body as they leave; a body without the place is left as it is."""
    if spoil.without:
        body = body.replace(spoil.without.encode(), b"")
    if spoil.at:
        body = _replaced(body, spoil.at, spoil.value)
    return spoil.status or status, body


def _replaced(body: bytes, at: tuple[str | int, ...], value: Any) -> bytes:
    try:
        document = json.loads(body)
        owner = document
        for part in at[:-1]:
            owner = owner[part]
        owner[at[-1]] = value
    except (ValueError, RecursionError, LookupError, TypeError):
        return body
    return json.dumps(document).encode()
