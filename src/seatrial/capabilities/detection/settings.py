"""The section `detection` of the file."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from seatrial.contract.capability import Named
from seatrial.system.units import Duration

SUFFIXES = (".yml", ".yaml")


class Login(BaseModel):
    """A page that wants a login: what is sent to be refused with 401, and to be answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    get: str = Field(pattern=r"^/", description="Its path, below /api/ for the pack's rules.")
    refused: Mapping[str, str] = Field(
        min_length=1, description="Headers of a wrong login: the answer is 401."
    )
    answered: Mapping[str, str] = Field(
        default_factory=dict, description="Headers with which it is answered; none by default."
    )


class Settings(BaseModel):
    """Which rules look at the logs, and who is told of what is nobody's service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[str, ...] = Field(
        default=(),
        description="Your own Sigma rules: files, or folders with .yml files, beside the file.",
    )
    without: tuple[str, ...] = Field(
        default=(), description="Names of rules that do not look, of the pack's or your own."
    )
    owner: str = Field(
        default="",
        description="Team that is told of attacks on the monitoring; the first by default.",
    )
    login: Login | None = Field(
        default=None,
        description="Where a drill guesses logins; without it no such attack is replayed.",
    )
    keep: Annotated[
        Duration,
        Field(
            description="How long an alert stays after its last line, which may come so late.",
            default_factory=lambda: Duration.parse("1m"),
        ),
    ]


def reads(settings: Settings) -> tuple[Named, ...]:
    """The rules' files."""
    return tuple(
        Named(name=name, key=("detection", "rules", place), suffixes=SUFFIXES)
        for place, name in enumerate(settings.rules)
    )
