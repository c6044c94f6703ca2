"""The watchdog's page in the form of each channel, with the labels that our alerts carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from seatrial.daemons.shared.labels import Status

SERVICE = "monitoring"
SEVERITY = "page"
_TITLE_LIMIT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One notification. `incident` is the same for a page and for the notice that ends it.

    `at` is in epoch seconds; `id` is unique.
    """

    id: str
    incident: str
    at: float
    alert: str
    status: Status
    system: str
    team: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Give the journal's form."""
        return asdict(self)


def title(page: Page) -> str:
    """Give the line that a person sees first."""
    return f"[{page.status.upper()}] {page.alert} {page.system}: {page.reason}"[:_TITLE_LIMIT]


def labels(page: Page) -> Mapping[str, str]:
    """Give the labels, in the order of the fields."""
    return {
        "alertname": page.alert,
        "severity": SEVERITY,
        "team": page.team,
        "service": SERVICE,
        "system": page.system,
        "status": page.status,
    }


def slack(page: Page) -> dict[str, Any]:
    """Give the incoming webhook message (docs.slack.dev, secondary attachments)."""
    names = {"alertname": "Alert"}
    fields = [
        {"title": names.get(label, label.title()), "value": value, "short": True}
        for label, value in labels(page).items()
    ]
    attachment = {
        "fallback": title(page),
        "title": title(page),
        "text": page.reason,
        "color": "danger" if page.status == "firing" else "good",
        "fields": fields,
        "ts": int(page.at),
    }
    return {"attachments": [attachment]}


def pagerduty(page: Page, routing_key: str) -> dict[str, Any]:
    """Give the event (developer.pagerduty.com, Events API v2)."""
    return {
        "routing_key": routing_key,
        "event_action": "trigger" if page.status == "firing" else "resolve",
        "dedup_key": page.incident,
        "client": "seatrial watchdog",
        "payload": {
            "summary": title(page),
            "source": page.system,
            "severity": "critical",
            "component": SERVICE,
            "timestamp": datetime.fromtimestamp(page.at, UTC).isoformat(),
            "custom_details": dict(labels(page)),
        },
    }


def mail(page: Page, *, sender: str, recipient: str) -> EmailMessage:
    """Give the mail (RFC 5322); its Message-ID is the page's, so a retry is the same mail."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(datetime.fromtimestamp(page.at, UTC))
    message["Message-ID"] = f"<{page.id}@{sender.rpartition('@')[2]}>"
    message["Subject"] = title(page)
    for label, value in labels(page).items():
        message[f"X-Seatrial-{label.title()}"] = value
    lines = [f"{label}: {value}" for label, value in labels(page).items()]
    message.set_content("\n".join([page.reason, "", *lines, ""]))
    return message
