"""What clients may send."""

from typing import Annotated
from uuid import UUID

from common.steps import Step, Steps, default_steps
from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewWorkflow(_Body):
    """A workflow to create and to run once."""

    name: Name
    steps: Steps = Field(default_factory=default_steps)

    def plain_steps(self) -> list[dict[str, object]]:
        return [_plain(step) for step in self.steps]


class NewUser(_Body):
    name: Name


class NewKey(_Body):
    """A key for oneself, or (administrators) for another user."""

    label: Name
    user: UUID | None = None


def _plain(step: Step) -> dict[str, object]:
    return step.model_dump(mode="json")
