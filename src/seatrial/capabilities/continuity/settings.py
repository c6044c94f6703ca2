"""The section `continuity` of the file."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from seatrial.contract.bounds import between
from seatrial.system.base import Email, Name, Text
from seatrial.system.units import Duration

NOTICE = (
    "We are rehearsing how ${system} is brought back after a disaster: ${exercise}."
    " You are told as you would be if it were real."
)
ALL_CLEAR = (
    "The rehearsal of ${exercise} is over, and ${system} is as it was. You would now be told that"
    " the disturbance has ended, and what became of your data."
)


def _duration(text: str) -> Duration:
    return Duration.parse(text)


class Audience(BaseModel):
    """Somebody outside the teams who must be told of a disaster."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chat: Text | None = Field(default=None, description="Chat channel that they read.")
    email: Email | None = Field(default=None, description="Address at which they are told.")
    within: Annotated[
        Duration,
        between("1m", "30d"),
        Field(
            description="Time within which they must have been told; 72h is common for an"
            " authority.",
            default_factory=lambda: _duration("1h"),
        ),
    ]
    notice: Text = Field(
        default=NOTICE, description="What they are told first; ${system} and ${exercise} are known."
    )
    all_clear: Text = Field(
        default=ALL_CLEAR, description="What they are told once all is as it was."
    )


class Exercise(BaseModel):
    """One rung of the ladder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["checklist", "table-top", "drill", "full"] = Field(
        description="What is done: plans are looked at, a loss is talked through, a part is broken"
        " and brought back, or all of it with everybody."
    )
    every: Annotated[
        Duration,
        between("1d", "1100d"),
        Field(description="How often it is due; an older record is stale."),
    ]
    summary: str = Field(default="", description="What it is for, in a sentence.")
    takes_part: tuple[str, ...] = Field(
        default=(), description="Teams and people who must be there; every team when left out."
    )
    informs: tuple[str, ...] = Field(
        default=(), description="Audiences that are told; every one when left out."
    )
    parts: tuple[str, ...] = Field(
        default=(),
        description="Whose loss is talked through; when left out, what stops the most journeys.",
    )
    scenarios: tuple[str, ...] = Field(
        default=(),
        description="Drills that are run, by what their names begin with; when left out, all that"
        " bring something back.",
    )
    follows: tuple[Literal["plans", "checklists"], ...] | None = Field(
        default=None,
        description="Pages of `seatrial docs` that are followed whole: each line of them is done."
        " Left out: both in a full exercise, else none.",
    )


def _ladder() -> Mapping[str, Exercise]:
    return {
        "plans": Exercise(kind="checklist", every=_duration("90d")),
        "table-top": Exercise(kind="table-top", every=_duration("180d")),
        "recovery": Exercise(kind="drill", every=_duration("90d")),
        "disaster": Exercise(kind="full", every=_duration("365d")),
    }


class Settings(BaseModel):
    """Who is told of a disaster, and what is exercised how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audiences: Mapping[Name, Audience] = Field(
        default_factory=dict,
        description="Customers, management, authorities: who is told, and how they are reached.",
    )
    exercises: Mapping[Name, Exercise] = Field(
        default_factory=_ladder,
        description="What is exercised, and how often; one of each kind when left out.",
    )
