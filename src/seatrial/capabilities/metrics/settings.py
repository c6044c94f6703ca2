"""The section `monitoring` of the file."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seatrial.contract.bounds import at_least, between
from seatrial.system.units import Duration, Size

_HTTP = ("http://", "https://")


def _receiver(text: str) -> str:
    """Where samples can be written to."""
    if text and not text.startswith(_HTTP):
        message = f"{text!r} is no URL; write https://centre.example/api/v1/write"
        raise ValueError(message)
    return text


def _open(headers: Mapping[str, str]) -> Mapping[str, str]:
    """What is written here is no secret: the token has a key of its own."""
    for name in headers:
        if name.lower() in {"authorization", "proxy-authorization", "cookie"}:
            message = f"{name} is a secret; name the secret that holds the token as `token`"
            raise ValueError(message)
        if not name.isascii() or not name.replace("-", "").isalnum():
            message = f"{name!r} is no name of a header; write one as X-Scope-OrgID"
            raise ValueError(message)
    return headers


class Centre(BaseModel):
    """Where the samples of all regions meet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str = Field(
        default="", description="The region that it stands in; the home region by default."
    )
    retention: Annotated[
        Duration,
        between("1h", "3650d"),
        Field(
            description="How long it keeps samples; its figures are over 30 days.",
            default_factory=lambda: Duration.parse("90d"),
        ),
    ]
    size: Annotated[
        Size,
        at_least("64MiB"),
        Field(
            description="The most disk that its samples may take; the oldest go first.",
            default_factory=lambda: Size.parse("20GiB"),
        ),
    ]
    url: Annotated[str, AfterValidator(_receiver)] = Field(
        default="",
        description="Where samples are written outside a rehearsal, if not to one of seatrial's.",
    )
    headers: Annotated[Mapping[str, str], AfterValidator(_open)] = Field(
        default_factory=dict, description="Headers that it wants, as X-Scope-OrgID; no secrets."
    )
    token: str = Field(default="", description="The name of the secret with its bearer token.")


class Settings(BaseModel):
    """How metrics are collected and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        between("1h", "3650d"),
        Field(
            description="How long samples are kept; longer than the longest SLO window.",
            default_factory=lambda: Duration.parse("35d"),
        ),
    ]
    size: Annotated[
        Size,
        at_least("64MiB"),
        Field(
            description="The most disk that samples may take; the oldest go first.",
            default_factory=lambda: Size.parse("10GiB"),
        ),
    ]
    scrape: Annotated[
        Duration,
        between("1s", "5s"),  # outage alerts count three failed scrapes
        Field(
            description="How often services and what outage alerts read are scraped; at most 5s.",
            default_factory=lambda: Duration.parse("5s"),
        ),
    ]
    slow_scrape: Annotated[
        Duration,
        between("5s", "1m"),
        Field(
            description="How often everything else is scraped.",
            default_factory=lambda: Duration.parse("15s"),
        ),
    ]
    series_budget: int = Field(
        default=5000,
        gt=0,
        description="The most series that one target may expose before it is called an explosion.",
    )
    owner: str = Field(
        default="",
        description="Team that is asked when the monitoring itself is ill; the first by default.",
    )
    runbooks: str = Field(
        default=".seatrial/runbooks/",
        description="What an alert's runbook link begins with: where you publish the runbooks.",
    )
    centre: Annotated[
        Centre,
        Field(
            description="Where the samples of several regions meet.",
            default_factory=lambda: Centre.model_validate({}),
        ),
    ]
