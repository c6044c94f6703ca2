"""The section `tracing` of the file."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from seatrial.contract.bounds import at_least, between
from seatrial.system.units import Duration, Size

# An operation that a trigger sees, and a table, with its schema or without.
Statement = Annotated[str, StringConstraints(pattern=r"^(INSERT|UPDATE|DELETE) \w+(\.\w+)?$")]


class Settings(BaseModel):
    """Which traces are kept, for how long, and who makes none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        between("1h", "365d"),
        Field(
            description="How long a trace is kept.",
            default_factory=lambda: Duration.parse("7d"),
        ),
    ]
    slow: Annotated[
        Duration,
        between("1ms", "1h"),
        Field(
            description="A trace that takes so long is always kept, as is one with an error.",
            default_factory=lambda: Duration.parse("500ms"),
        ),
    ]
    share: float = Field(
        default=10.0,
        ge=0,
        le=100,
        description="Percent of all other traces that are kept; journeys' own are kept always.",
    )
    memory: Annotated[
        Size,
        at_least("256MiB"),  # with less, Jaeger refuses spans while nothing is wrong
        Field(
            description="The most memory that Jaeger may take; near it spans are refused.",
            default_factory=lambda: Size.parse("512MiB"),
        ),
    ]
    spanless: Mapping[str, str] = Field(
        default={},
        description="Services that pass traces on and make no spans of their own, each with why.",
    )
    statements: Mapping[str, tuple[Statement, ...]] = Field(
        default={},
        description="Of each PostgreSQL store, statements that journeys make and a proof may slow.",
    )
    seed: int = Field(
        default=1, description="Which places a proof strikes: another number, other places."
    )
    owner: str = Field(
        default="",
        description="Team that is asked when tracing itself is ill; the first by default.",
    )
