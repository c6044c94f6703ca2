"""The section `alerting` of the file."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from seatrial.system.units import Duration


def _duration(text: str) -> Duration:
    return Duration.parse(text)


class Mute(BaseModel):
    """Times in which a severity does not reach a team."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Literal["ticket", "info"] = Field(
        default="ticket", description="What is held back; pages are never muted by the clock."
    )
    teams: tuple[str, ...] = Field(default=(), description="Whose; all teams when left out.")
    weekdays: tuple[str, ...] = Field(
        default=(), description="Days or ranges, as `saturday` or `monday:friday`."
    )
    times: tuple[str, ...] = Field(
        default=(), description="Times of day, as `20:00-24:00`; the whole day when left out."
    )
    timezone: str = Field(default="UTC", description="The zone of these times, as Europe/Berlin.")


class Email(BaseModel):
    """The mail server that takes alerts outside a rehearsal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    smarthost: str = Field(description="The server and its port, as mail.acme.example:587.")
    sender: str = Field(description="The address that alerts come from.")
    user: str = Field(default="", description="The user of the mail server.")
    password: str = Field(default="", description="The name of the secret with its password.")


class Settings(BaseModel):
    """When an alert fires, and how it is grouped and sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hold: Annotated[
        Duration,
        Field(
            description="How long a total outage must last before it pages: three failed scrapes.",
            default_factory=lambda: _duration("10s"),
        ),
    ]
    keep: Annotated[
        Duration,
        Field(
            description="How long an outage alert keeps firing after it is over (flapping).",
            default_factory=lambda: _duration("1m"),
        ),
    ]
    group_wait: Annotated[
        Duration,
        Field(
            description="How long the first page of an outage waits for its companions.",
            default_factory=lambda: _duration("5s"),
        ),
    ]
    group_interval: Annotated[
        Duration,
        Field(
            description="How long later changes of the same outage wait, the resolved notice too.",
            default_factory=lambda: _duration("30s"),
        ),
    ]
    repeat: Annotated[
        Duration,
        Field(
            description="How often an unresolved page is sent again.",
            default_factory=lambda: _duration("4h"),
        ),
    ]
    minimum_requests: int = Field(
        default=10,
        ge=1,
        description="Fewer requests than this in 20 s never page by their error ratio.",
    )
    mute: Mapping[str, Mute] = Field(
        default_factory=dict, description="Named times in which tickets wait."
    )
    slack: str = Field(
        default="", description="The name of the secret with Slack's incoming webhook URL."
    )
    email: Email | None = Field(
        default=None, description="The mail server that takes alerts outside a rehearsal."
    )
    watchdog_silence: Annotated[
        Duration,
        Field(
            description="The silence after which the watchdog calls the alerting path dead.",
            default_factory=lambda: _duration("40s"),
        ),
    ]
