"""What the sink knows about one notification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from seatrial.daemons.shared.labels import Status

Channel = Literal["slack", "pagerduty", "email", "webhook"]
CHANNELS: tuple[Channel, ...] = ("slack", "pagerduty", "email", "webhook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a notification says, and what is wrong with its form.

    `faults` name place and fault, none when the form is right. `error` is the product's own word
    for the first of them, where it has one (Slack: `invalid_payload`).
    """

    status: Status = "firing"
    labels: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    faults: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One notification as it came in; `at` is in epoch seconds, taken on receipt.

    `id` grows by one an arrival, also across restarts. `address` is the full address of a mail.
    """

    id: str
    at: float
    channel: Channel
    receiver: str
    status: Status
    alertname: str
    labels: Mapping[str, str]
    summary: str
    valid: bool
    faults: tuple[str, ...]
    raw_sha256: str
    address: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the form of the journal and of GET /arrivals."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: Mapping[str, Any]) -> Arrival:
        """Read `to_json`'s form again. Raises TypeError or KeyError on another form."""
        return cls(**{**text, "faults": tuple(text["faults"])})
