"""Hand-made timelines: a fault at START, and what the sink and the drill saw of it."""

from __future__ import annotations

from seatrial.capabilities.alerting.judges import Wanted
from seatrial.contract.timeline import Observation, Timeline

START = 1000.0
CHANNELS = ("pagerduty", "slack", "email")


def step(name: str, at: float, text: str = "") -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name, text=text)


def page(
    at: float,
    channel: str = "pagerduty",
    *,
    alert: str = "ServiceDown",
    status: str = "firing",
    receiver: str = "web-page",
    valid: str = "yes",
    service: str = "api",
    severity: str = "page",
) -> Observation:
    return Observation(
        at=at,
        source="sink",
        kind="page",
        subject=alert,
        text=status,
        labels={
            "service": service,
            "severity": severity,
            "channel": channel,
            "receiver": receiver,
            "valid": valid,
        },
    )


def blind(at: float) -> Observation:
    return Observation(at=at, source="sink", kind="unreachable", subject="sink", text="HTTP 500")


def answered(at: float, lacks: str = "") -> Observation:
    return Observation(at=at, source="sink", kind="answer", subject="sink", text=lacks)


def timeline(*seen: Observation) -> Timeline:
    """What was seen after the fault, with the sink's answers to the very end."""
    return Timeline().adding((step("inject", START), *seen, answered(START + 400)))


def cut_off(*seen: Observation) -> Timeline:
    """The same, with no answer of the sink but those that are seen."""
    return Timeline().adding((step("inject", START), *seen))


def everywhere(at: float, **what: str) -> tuple[Observation, ...]:
    return tuple(page(at, channel, **what) for channel in CHANNELS)


WANTED = Wanted(
    labels={"alertname": "ServiceDown", "service": "api"},
    receiver="web-page",
    target=60.0,
)
CLEARING = Wanted(
    labels=WANTED.labels, receiver="web-page", target=60.0, clears=True, clear_within=180.0
)
