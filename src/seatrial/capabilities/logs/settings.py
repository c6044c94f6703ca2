"""The section `logs` of the file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from seatrial.contract.bounds import at_least, between
from seatrial.system.units import Duration, Size

Masked = Literal["cards", "tokens", "passwords", "addresses"]
_ALL: tuple[Masked, ...] = ("cards", "tokens", "passwords", "addresses")


class Audit(BaseModel):
    """How long and how much of the audit lines is kept, in a store of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        between("1d", "3650d"),
        Field(
            description="How long audit lines are kept; the store counts in days.",
            default_factory=lambda: Duration.parse("365d"),
        ),
    ]
    size: Annotated[
        Size,
        at_least("100MiB"),
        Field(
            description="The most disk that audit lines may take; the oldest day goes first.",
            default_factory=lambda: Size.parse("1GiB"),
        ),
    ]


class Settings(BaseModel):
    """How logs are collected, masked and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention: Annotated[
        Duration,
        between("1d", "3650d"),
        Field(
            description="How long lines are kept; the store counts in days.",
            default_factory=lambda: Duration.parse("30d"),
        ),
    ]
    size: Annotated[
        Size,
        at_least("100MiB"),
        Field(
            description="The most disk that lines may take; the oldest day goes first.",
            default_factory=lambda: Size.parse("5GiB"),
        ),
    ]
    memory: Annotated[
        Size,
        at_least("32MiB"),
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
    audit: Audit | None = Field(
        default=None,
        description="Audit lines are kept in a store of their own, too; left out, there is none.",
    )
    host: bool = Field(
        default=True,
        description="Whether what the machine itself writes is collected, too: its journal or"
        " syslog, its kernel's messages.",
    )
    owner: str = Field(
        default="",
        description="Team that is asked when no logs come in; the first by default.",
    )
