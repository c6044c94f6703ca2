"""The section `tracing` of the file."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seatrial.system.units import Duration, Size

_LEAST, _LONGEST = 3600.0, 365 * 86400.0  # seconds that traces may be kept
_ROOM = 256 * 2**20  # bytes: less, and Jaeger refuses spans while nothing is wrong


def _kept(value: Duration) -> Duration:
    if not _LEAST <= value.seconds <= _LONGEST:
        raise ValueError(f"is {value}; write 1h to 365d")
    return value


def _slow(value: Duration) -> Duration:
    if not 0 < value.seconds <= _LEAST:
        raise ValueError(f"is {value}; write 1ms to 1h")
    return value


def _room(value: Size) -> Size:
    if value.bytes < _ROOM:
        raise ValueError(f"is {value}; write 256MiB or more")
    return value


class Settings(BaseModel):
    """Which traces are kept, for how long, and who makes none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        AfterValidator(_kept),
        Field(
            description="How long a trace is kept.",
            default_factory=lambda: Duration.parse("7d"),
        ),
    ]
    slow: Annotated[
        Duration,
        AfterValidator(_slow),
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
        AfterValidator(_room),
        Field(
            description="The most memory that Jaeger may take; near it spans are refused.",
            default_factory=lambda: Size.parse("512MiB"),
        ),
    ]
    spanless: Mapping[str, str] = Field(
        default={},
        description="Services that pass traces on and make no spans of their own, each with why.",
    )
    owner: str = Field(
        default="",
        description="Team that is asked when tracing itself is ill; the first by default.",
    )
