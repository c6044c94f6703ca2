"""The section `alerting` of the file."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seatrial.system.units import Duration
from seatrial.system.zones import Zone


def _duration(text: str) -> Duration:
    return Duration.parse(text)


_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_SPAN = re.compile(rf"({_CLOCK})-({_CLOCK}|24:00)")


def _weekday(text: str) -> str:
    """A day, or a range of days within a week that begins on Sunday, as Alertmanager has it."""
    days = text.split(":")
    if len(days) > 2 or any(each not in _DAYS for each in days):  # noqa: PLR2004 - a range's ends
        message = f"{text!r} is no weekday; write monday or monday:friday"
        raise ValueError(message)
    if _DAYS.index(days[0]) > _DAYS.index(days[-1]):
        message = f"{text!r} ends in the next week, which begins on Sunday; write two ranges"
        raise ValueError(message)
    return text


def _span(text: str) -> str:
    """A span within one day."""
    found = _SPAN.fullmatch(text)
    if found is None:
        message = f"{text!r} is no span of a day; write 20:00-24:00"
        raise ValueError(message)
    if found[1] >= found[2]:
        message = f"{text!r} ends before it begins; write {found[1]}-24:00 and 00:00-{found[2]}"
        raise ValueError(message)
    return text


class Mute(BaseModel):
    """Times in which a severity does not reach a team."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Literal["ticket", "info"] = Field(
        default="ticket", description="What is held back; pages are held back by maintenance alone."
    )
    teams: tuple[str, ...] = Field(default=(), description="Whose; all teams when left out.")
    weekdays: tuple[Annotated[str, AfterValidator(_weekday)], ...] = Field(
        default=(), description="Days or ranges, as `saturday` or `monday:friday`."
    )
    times: tuple[Annotated[str, AfterValidator(_span)], ...] = Field(
        default=(), description="Times of day, as `20:00-24:00`; the whole day when left out."
    )
    timezone: Zone = Field(default="UTC", description="The zone of these times, as Europe/Berlin.")


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

    owner: str = Field(
        default="",
        description="Team that is told of the host and the alerting path; the first by default.",
    )
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
            default_factory=lambda: _duration("15s"),
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
