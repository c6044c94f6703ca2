"""The section `monitoring` of the file."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seatrial.system.units import Duration, Size


def _between(least: str, most: str) -> AfterValidator:
    """Durations from `least` to `most`."""

    def check(value: Duration) -> Duration:
        if not Duration.parse(least).seconds <= value.seconds <= Duration.parse(most).seconds:
            raise ValueError(f"is {value}; write {least} to {most}")
        return value

    return AfterValidator(check)


def _room(value: Size) -> Size:
    if value.bytes < Size.parse("64MiB").bytes:
        raise ValueError(f"is {value}; write 64MiB or more")
    return value


class Settings(BaseModel):
    """How metrics are collected and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        _between("1h", "3650d"),
        Field(
            description="How long samples are kept; longer than the longest SLO window.",
            default_factory=lambda: Duration.parse("35d"),
        ),
    ]
    size: Annotated[
        Size,
        AfterValidator(_room),
        Field(
            description="The most disk that samples may take; the oldest go first.",
            default_factory=lambda: Size.parse("10GiB"),
        ),
    ]
    scrape: Annotated[
        Duration,
        _between("1s", "5s"),  # outage alerts count three failed scrapes
        Field(
            description="How often services and what outage alerts read are scraped; at most 5s.",
            default_factory=lambda: Duration.parse("5s"),
        ),
    ]
    slow_scrape: Annotated[
        Duration,
        _between("5s", "1m"),
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
