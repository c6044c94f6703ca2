"""Journeys (critical user workflows) and the SLOs that are kept on them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictStr, model_validator

from seatrial.system import browsing
from seatrial.system.base import Flag, JsonPath, Model, Text, UrlPath, VariableName, Whole, Written
from seatrial.system.browsing import BrowserStep
from seatrial.system.fault import fault
from seatrial.system.units import Cost, Duration, Percentage, PositiveDuration, Rate

_METHODS = ("get", "post", "put", "patch", "delete")


WORK_SECONDS = 10.0  # what all steps of a run together may take beside their declared waits
WATCH_RATE = 1.0  # runs a second by which a journey is watched, where users are
BROWSER_EVERY = Duration(5.0)  # a browser's run costs as much as hundreds of requests


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

    @model_validator(mode="before")
    @classmethod
    def _of_requests(cls, value: Any) -> Any:
        if isinstance(value, dict):
            deeds = [each for each in browsing.DEEDS if each in value]
            if deeds:
                raise fault(
                    "ST1309",
                    "is what a browser does",
                    "write its steps under browser, and none under steps",
                    deeds[0],
                )
        return value

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
    """A critical user workflow, as the requests of a user's client, or as a browser walks it."""

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
    cost: Cost | None = Field(
        None,
        description="What it costs when users cannot do it, by the hour.",
        examples=["1200 EUR/h"],
    )
    steps: tuple[Step, ...] = Field(
        (), min_length=1, description="Requests, in order.", examples=[[{"get": "/"}]]
    )
    browser: tuple[BrowserStep, ...] = Field(
        (),
        min_length=1,
        description="Steps that a browser takes, in order, in place of requests.",
        examples=[[{"open": "/", "expect": {"text": "Welcome"}}]],
    )
    every: PositiveDuration | None = Field(
        None,
        description="How often a browser walks it, from each region; 5s when it is not written.",
        examples=["30s"],
    )
    cleanup: tuple[Step, ...] = Field(
        (),
        description="Requests that take back what a run made, sent however it ended.",
        examples=[[{"delete": "/api/workflows/${id}"}]],
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "Journey":
        if not self.steps and not self.browser:
            raise fault(
                "ST1309", "has no steps", "write its requests under steps, or browser for pages"
            )
        if self.steps and self.browser:
            raise fault(
                "ST1309",
                "is written beside steps",
                "make a journey of each: one client walks a run",
                "browser",
            )
        if self.every is not None and not self.browser:
            raise fault(
                "ST1309",
                "is for journeys that a browser walks",
                "delete it; peak bounds how often requests are sent",
                "every",
            )
        return self

    @property
    def pace(self) -> float:
        """Runs a second by which it is watched from each region: never more than its peak."""
        rate = WATCH_RATE
        if self.browser:
            rate = 1 / (self.every or BROWSER_EVERY).seconds
        return rate if self.peak is None else min(rate, self.peak.per_second)

    @property
    def waits(self) -> float:
        """The seconds that its steps may wait for something, added up."""
        browsed = sum(each.within.seconds for each in self.browser if each.within is not None)
        return browsed + sum(
            each.until.within.seconds for each in self.steps if each.until is not None
        )

    @property
    def undeclared(self) -> tuple[Step | BrowserStep, ...]:
        """Its steps that may change something and are not declared safe."""
        every: tuple[Step | BrowserStep, ...] = (*self.steps, *self.browser, *self.cleanup)
        return tuple(each for each in every if each.changes and not each.safe)

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
