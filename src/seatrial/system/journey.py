"""Journeys (critical user workflows) and the SLOs that are kept on them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictStr, model_validator

from seatrial.system.base import Flag, JsonPath, Model, Text, UrlPath, VariableName, Whole, Written
from seatrial.system.fault import fault
from seatrial.system.units import Duration, Percentage, Rate

_METHODS = ("get", "post", "put", "patch", "delete")


def _positive(value: Duration) -> Duration:
    if value.seconds <= 0:
        raise fault("ST1308", "is 0s", "write a duration above zero")
    return value


PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
WORK_SECONDS = 10.0  # what all steps of a run together may take beside their declared waits


class Expect(Model):
    """What a step's answer must be."""

    status: Annotated[Whole, Field(ge=100, le=599)] | None = Field(
        None, description="HTTP status code; any of 2xx when it is not written.", examples=[202]
    )
    json_: Mapping[JsonPath, Any] = Field(
        {},
        alias="json",
        description="Values at JSON paths of the answer.",
        examples=[{"$.state": "done"}],
    )
    body: Text | None = Field(
        None, description="Text that the answer contains.", examples=["Sign in"]
    )


class Until(Model):
    """What a step repeats for: it asks again until the answer has these values."""

    json_: Mapping[JsonPath, Any] = Field(
        alias="json",
        min_length=1,
        description="Values at JSON paths of the answer.",
        examples=[{"$.state": "done"}],
    )
    within: PositiveDuration = Field(
        description="Time after which the step has failed.", examples=["5s"]
    )


class Step(Model):
    """One request of a journey: exactly one of get, post, put, patch, delete with its path."""

    get: UrlPath | None = Field(None, description="Path to GET.", examples=["/api/workflows/${id}"])
    post: UrlPath | None = Field(None, description="Path to POST to.", examples=["/api/workflows"])
    put: UrlPath | None = Field(None, description="Path to PUT to.", examples=["/api/users/${id}"])
    patch: UrlPath | None = Field(
        None, description="Path to PATCH.", examples=["/api/workflows/${id}"]
    )
    delete: UrlPath | None = Field(
        None, description="Path to DELETE.", examples=["/api/workflows/${id}"]
    )
    json_: Any = Field(
        None, alias="json", description="Body that is sent as JSON.", examples=[{"name": "hello"}]
    )
    headers: Mapping[Text, Written] = Field(
        {},
        description="Headers that are sent, secrets as ${secret.NAME}.",
        examples=[{"Authorization": "Bearer ${secret.probe-key}"}],
    )
    expect: Expect = Field(
        Expect(),
        description="What the answer must be; any status of 2xx by default.",
        examples=[{"status": 202}],
    )
    keep: Mapping[VariableName, JsonPath] = Field(
        {},
        description="Variables for later steps, from JSON paths of the answer.",
        examples=[{"id": "$.id"}],
    )
    until: Until | None = Field(
        None,
        description="Asks again until the answer has these values.",
        examples=[{"json": {"$.state": "done"}, "within": "5s"}],
    )

    safe: Flag = Field(
        default=False,
        description="Whether probers may send it for ever, where users are, too, though it changes"
        " something.",
        examples=[True],
    )

    @model_validator(mode="after")
    def _one_request(self) -> "Step":
        written = [name for name in _METHODS if getattr(self, name) is not None]
        if not written:
            raise fault("ST1309", "has no request", "add one of get, post, put, patch, delete")
        if len(written) > 1:
            raise fault(
                "ST1309",
                f"is written beside {written[0]}",
                "make a step of each",
                written[1],
            )
        return self

    @property
    def method(self) -> str:
        """The HTTP method in capitals: `POST`."""
        return next(name for name in _METHODS if getattr(self, name) is not None).upper()

    @property
    def changes(self) -> bool:
        """Whether its method may change something (RFC 9110, section 9.2.1)."""
        return self.method != "GET"

    @property
    def path(self) -> str:
        """The path with its variables unresolved: `/api/workflows/${id}`."""
        return str(next(p for name in _METHODS if (p := getattr(self, name)) is not None))


class Journey(Model):
    """A critical user workflow, as the requests that a user's client makes."""

    owner: StrictStr = Field(
        description="Team or person who is paged for it.", examples=["platform"]
    )
    start: StrictStr = Field(
        description="Service that the requests are sent to.", examples=["gateway"]
    )
    summary: Text | None = Field(
        None, description="What the user achieves.", examples=["A customer runs a workflow."]
    )
    through: tuple[StrictStr, ...] = Field(
        (),
        description="Services that it crosses beside its start and what that needs (a queue's).",
        examples=[["worker"]],
    )
    peak: Rate | None = Field(
        None, description="Runs of the journey that it must carry.", examples=["50/s"]
    )
    steps: tuple[Step, ...] = Field(
        min_length=1, description="Requests, in order.", examples=[[{"get": "/"}]]
    )
    cleanup: tuple[Step, ...] = Field(
        (),
        description="Requests that take back what a run made, sent however it ended.",
        examples=[[{"delete": "/api/workflows/${id}"}]],
    )

    @property
    def waits(self) -> float:
        """The seconds that its steps may wait for something, added up."""
        return sum(each.until.within.seconds for each in self.steps if each.until is not None)

    @property
    def undeclared(self) -> tuple[Step, ...]:
        """Its steps that may change something and are not declared safe."""
        return tuple(e for e in (*self.steps, *self.cleanup) if e.changes and not e.safe)

    @property
    def longest(self) -> float:
        """The seconds after which a run that is not done has failed."""
        return WORK_SECONDS + self.waits


class Slo(Model):
    """A service level objective on a journey or a service."""

    journey: StrictStr | None = Field(
        None, description="Journey that it is kept on.", examples=["run-a-workflow"]
    )
    service: StrictStr | None = Field(
        None, description="Service that it is kept on.", examples=["api"]
    )
    availability: Percentage = Field(
        description="Share of requests that must succeed.", examples=[99.9]
    )
    latency: Mapping[Literal["p50", "p95", "p99"], PositiveDuration] = Field(
        {},
        description="Durations that the percentiles of requests stay below.",
        examples=[{"p95": "200ms"}],
    )
    window: PositiveDuration = Field(
        Duration(30 * 86400.0),
        description="Rolling time over which it is judged.",
        examples=["30d"],
    )

    @model_validator(mode="after")
    def _coherent(self) -> "Slo":
        if (self.journey is None) == (self.service is None):
            many = "neither journey nor service" if self.journey is None else "journey and service"
            raise fault("ST1309", f"has {many}", "write exactly one of them")
        if not 0 < self.availability.percent < 100:  # noqa: PLR2004 - the meaning of per cent
            raise fault(
                "ST1308",
                f"is {self.availability}, which leaves no budget for errors"
                if self.availability.percent
                else "is 0%, which promises nothing",
                "write a percentage between, such as 99.9",
                "availability",
            )
        return self
