"""The kinds of steps a workflow is made of, with their bounds."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# PostgreSQL's texts hold every character but NUL.
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    retries: int = Field(default=3, ge=0, le=5)


class Sleep(_Step):
    """Wait."""

    kind: Literal["sleep"]
    seconds: float = Field(ge=0, le=10)


class Hash(_Step):
    """SHA-256 of a text, `rounds` times over."""

    kind: Literal["hash"]
    text: Text
    rounds: int = Field(default=1, ge=1, le=10_000)


class Template(_Step):
    """Fill `$name` placeholders from `values`, from the workflow (`$workflow`) and from
    the outputs of earlier steps (`$step_0`, `$step_1`, ...)."""

    kind: Literal["template"]
    template: Text
    values: dict[Text, Text] = Field(default_factory=dict, max_length=50)


class FailTimes(_Step):
    """Fail `times` times, then work: a rehearsal of retries."""

    kind: Literal["fail_times"]
    times: int = Field(ge=0, le=20)


Step = Annotated[Sleep | Hash | Template | FailTimes, Field(discriminator="kind")]
Steps = Annotated[list[Step], Field(min_length=1, max_length=20)]
STEPS: TypeAdapter[list[Step]] = TypeAdapter(Steps)


def default_steps() -> list[Step]:
    """What a workflow that names no steps does."""
    return [
        Template(kind="template", template="Hello from $workflow"),
        Hash(kind="hash", text="hello", rounds=100),
    ]
