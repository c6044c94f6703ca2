"""The section `monitoring` of the file."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from seatrial.contract.bounds import at_least, between
from seatrial.system.units import Duration, Size


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
