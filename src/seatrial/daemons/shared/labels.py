"""The labels that our notifications carry, and how each channel writes them.

Slack writes an attachment's field titles (`Service`), PagerDuty custom details in lower case,
mail a header each (`X-Seatrial-Service`), Alertmanager's webhook the labels themselves.
"""

from __future__ import annotations

import re
from typing import Literal

Status = Literal["firing", "resolved"]

MAIL_PREFIX = "x-seatrial-"
_STATUS = re.compile(r"firing|resolved", re.IGNORECASE)

# Texts about an alert (Summary, Runbook ...) also come as fields; only these identify it.
LABELS = frozenset(
    {
        "alertname",
        "cluster",
        "host",
        "instance",
        "journey",
        "region",
        "replica",
        "service",
        "severity",
        "slo",
        "store",
        "system",
        "team",
        "tier",
    },
)


def label_of(title: str) -> str:
    """Give the label that a field's title means, or "" when it means none."""
    name = title.strip().lower().replace(" ", "_")
    if name == "alert":
        return "alertname"
    return name if name in LABELS else ""


def status_of(text: str) -> Status | None:
    """Read a status in any case, also in a sentence such as "[FIRING:2] ApiDown".

    Of two, the first counts: "[FIRING:1, RESOLVED:1]" is a group that still fires.
    """
    found = _STATUS.search(text)
    if found is None:
        return None
    return "firing" if found[0].lower() == "firing" else "resolved"
