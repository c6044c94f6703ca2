"""The section `dashboards` of the file."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Measure = Literal[  # the units of `contract/board.py`, in its words
    "count",
    "share",
    "per second",
    "seconds",
    "bytes",
    "bytes per second",
    "cores",
    "yes or no",
]
ADDRESS = "http://127.0.0.1:7075/"  # where `seatrial boards` serves them


class Drawn(BaseModel):
    """One panel of your own, on a board that is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    board: str = Field(
        description="Whose board it stands on: a service, a store, `overview`, `business`, `hosts` "
        "or `monitoring`.",
    )
    query: str = Field(
        min_length=1,
        description="What it draws, in PromQL; `$window` is the range that rates are taken over.",
    )
    unit: Measure = Field(default="count", description="What its numbers are.")
    legend: str = Field(
        default="",
        description="A series' name, by its labels: `{{replica}}`; the title by default.",
    )
    help: str = Field(
        min_length=1, description="What to do when it looks wrong, in a sentence or two."
    )
    warn: float | None = Field(default=None, description="From here on it is to be watched.")
    bad: float | None = Field(default=None, description="From here on it is bad.")


class Settings(BaseModel):
    """Where boards are looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(
        default=ADDRESS,
        pattern=r"^https?://[^\s]+/$",
        description="What an alert's link to a board begins with: where boards are served.",
    )
    owner: str = Field(
        default="",
        description="Team whose the boards of hosts and monitoring are; the first by default.",
    )
    grafana: bool = Field(
        default=False,
        description="Run a Grafana beside the system, and prove that the boards stand in it.",
    )
    panels: Mapping[str, Drawn] = Field(
        default_factory=dict, description="Panels of your own, by title."
    )
