"""The section `logs` of the file."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seatrial.system.units import Duration, Size

Masked = Literal["cards", "tokens", "passwords", "addresses"]
_ALL: tuple[Masked, ...] = ("cards", "tokens", "passwords", "addresses")


def _days(value: Duration) -> Duration:
    if not Duration.parse("1d").seconds <= value.seconds <= Duration.parse("3650d").seconds:
        raise ValueError(f"is {value}; write 1d to 3650d")
    return value


def _at_least(least: str) -> AfterValidator:
    def check(value: Size) -> Size:
        if value.bytes < Size.parse(least).bytes:
            raise ValueError(f"is {value}; write {least} or more")
        return value

    return AfterValidator(check)


class Settings(BaseModel):
    """How logs are collected, masked and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        AfterValidator(_days),
        Field(
            description="How long lines are kept; the store counts in days.",
            default_factory=lambda: Duration.parse("30d"),
        ),
    ]
    size: Annotated[
        Size,
        _at_least("100MiB"),
        Field(
            description="The most disk that lines may take; the oldest day goes first.",
            default_factory=lambda: Size.parse("5GiB"),
        ),
    ]
    memory: Annotated[
        Size,
        _at_least("32MiB"),
        Field(
            description="Memory for the store's caches; it and the collector each may use four"
            " times as much.",
            default_factory=lambda: Size.parse("64MiB"),
        ),
    ]
    mask: tuple[Masked, ...] = Field(
        default=_ALL,
        description="What is masked before a line is stored: card numbers, tokens, passwords,"
        " e-mail addresses.",
    )
    owner: str = Field(
        default="",
        description="Team that is asked when no logs come in; the first by default.",
    )
