"""The system as the user described it: the root model, and its smaller parts.

Every other layer reads the system from here. All values are frozen; places (line and column of
every value) are kept beside them and take no part in equality.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, StrictStr, field_validator, model_validator

from seatrial.system.base import (
    Email,
    Flag,
    LabelName,
    MetricName,
    Model,
    Name,
    PersonName,
    SecretName,
    SecretRef,
    Text,
    Url,
    Written,
    matching,
)
from seatrial.system.browsing import BrowserStep
from seatrial.system.fault import fault
from seatrial.system.journey import Expect, Journey, Slo, Step, Until
from seatrial.system.places import Places
from seatrial.system.problem import Place
from seatrial.system.service import Health, Limits, MetricsSpec, Scale, Service
from seatrial.system.store import Store
from seatrial.system.units import Date, Duration, PositiveDuration
from seatrial.system.zones import Zone

__all__ = [
    "BrowserStep",
    "EnvironmentSpec",
    "Exception_",
    "Expect",
    "External",
    "Health",
    "Journey",
    "Limits",
    "Metric",
    "MetricsSpec",
    "Person",
    "Region",
    "Scale",
    "SecretRef",
    "Service",
    "Slo",
    "Step",
    "Store",
    "System",
    "Targets",
    "Team",
    "Until",
]


class Person(Model):
    """Somebody who answers for a part of the system."""

    name: Text = Field(description="Full name.", examples=["Ada Moreau"])
    email: Email = Field(description="E-mail address.", examples=["ada@acme.example"])
    timezone: Zone = Field(
        "UTC", description="Time zone, by its IANA name.", examples=["Europe/Berlin"]
    )


class Team(Model):
    """People who own a part of the system together, and how they are reached."""

    members: tuple[StrictStr, ...] = Field(
        (), description="People of the team.", examples=[["ada", "linus"]]
    )
    chat: Text | None = Field(
        None, description="Chat channel that its alerts go to.", examples=["#platform"]
    )
    email: Email | None = Field(
        None, description="Address that its alerts go to.", examples=["platform@acme.example"]
    )
    pager: SecretName | None = Field(
        None,
        description="Secret that holds the routing key of its PagerDuty service.",
        examples=[{"secret": "pagerduty-platform"}],
    )


class Region(Model):
    """A place that can fail as a whole."""

    home: Flag = Field(
        default=False,
        description="Whether it is the home region, which leads while all is well.",
        examples=[True],
    )
    outside: Flag = Field(
        default=False,
        description="Whether only a prober stands there, on a machine outside, and sends home what"
        " it sees.",
        examples=[True],
    )
    token: SecretName | None = Field(
        None,
        description="Secret that its prober shows at home, prober-NAME by default; another one"
        " revokes it.",
        examples=[{"secret": "prober-office-2"}],
    )

    @model_validator(mode="after")
    def _token_of_one_outside(self) -> "Region":
        if self.token is not None and not self.outside:
            raise fault(
                "ST1309", "is for a region outside", "write outside: true, or delete it", "token"
            )
        return self


class External(Model):
    """A service of somebody else that the system depends on."""

    owner: StrictStr = Field(
        description="Team or person who deals with its provider.", examples=["platform"]
    )
    url: Url = Field(description="Address that is called.", examples=["https://api.mail.example"])
    docs: Url | None = Field(
        None, description="Its documentation.", examples=["https://docs.mail.example"]
    )
    summary: Text | None = Field(
        None, description="What it is used for.", examples=["Sends e-mails to customers."]
    )


class Metric(Model):
    """A business metric: what the product is for, counted by a service."""

    service: StrictStr = Field(description="Service that shows it.", examples=["worker"])
    kind: Literal["counter", "gauge", "histogram"] = Field(
        description="Kind of metric, as Prometheus names it.", examples=["counter"]
    )
    labels: Mapping[LabelName, tuple[Written, ...]] = Field(
        {},
        description="Labels that it must have, with the values that must appear.",
        examples=[{"outcome": ["ok", "failed"]}],
    )
    meaning: Text = Field(
        description="What it counts, in words.", examples=["Workflow runs that finished"]
    )


class Targets(Model):
    """What the system is held to; the defaults are S1 to S6."""

    fault_to_page: PositiveDuration = Field(
        Duration(60.0),
        description="Time from a total outage to the page.",
        examples=["60s"],
    )
    acknowledge: PositiveDuration = Field(
        Duration(300.0),
        description="Time from the page to somebody's acknowledgement.",
        examples=["5m"],
    )
    rto: PositiveDuration = Field(
        Duration(4 * 3600.0),
        description="Recovery time objective: how long a disaster may last.",
        examples=["4h"],
    )
    rpo: PositiveDuration = Field(
        Duration(900.0),
        description="Recovery point objective: how much written data a disaster may lose.",
        examples=["15m"],
    )


class EnvironmentSpec(Model):
    """A runtime with its place and its permissions."""

    runtime: Literal["local", "compose", "kubernetes"] = Field(
        "local",
        description="What runs the workloads there; by default what fits the services.",
        examples=["compose"],
    )
    context: Text | None = Field(
        None,
        description="Context of kubectl or of docker that reaches it.",
        examples=["prod-eu"],
    )
    namespace: Name | None = Field(
        None, description="Kubernetes namespace.", examples=["workflows"]
    )
    beside: Text | None = Field(
        None,
        description="Compose file of what runs already: it stays as it is, and is watched.",
        examples=["compose.yaml"],
    )
    project: Text | None = Field(
        None,
        description="Compose project that runs from that file, where several do.",
        examples=["shop"],
    )
    allow: tuple[Text, ...] = Field(
        (),
        description="Faults and drills that are allowed there; in a rehearsal all are.",
        examples=[["restore into a copy"]],
    )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.namespace is not None and self.runtime != "kubernetes":
            raise fault(
                "ST1309",
                f"is written, but runtime is {self.runtime}",
                "delete it or write runtime: kubernetes",
                "namespace",
            )
        if self.beside is not None and self.runtime != "compose":
            raise fault(
                "ST1309",
                f"is written, but runtime is {self.runtime}",
                "delete it or write runtime: compose",
                "beside",
            )
        if self.project is not None and self.beside is None:
            raise fault(
                "ST1309", "is written without beside", "delete it or write beside", "project"
            )
        return self


_REQUIREMENT = r"R(0[1-9]|1\d|2[0-2])"
_PROMISED = Annotated[
    StrictStr,
    AfterValidator(matching(_REQUIREMENT, "a requirement", "write one of R01 to R22")),
]
_EXCEPTED = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            rf"({_REQUIREMENT}|[ST][1-6])(\.\d{{1,2}})?",
            "a requirement",
            "write R07, R07.2 or S1",
        )
    ),
]


class Exception_(Model):  # noqa: N801 - Exception is Python's
    """A requirement that is not met for a while, with reason, owner and end."""

    requirement: _EXCEPTED = Field(description="Requirement or item of one.", examples=["R07"])
    subject: StrictStr = Field(
        description="Name of what is excepted, or the system's.", examples=["gateway"]
    )
    reason: Text = Field(description="Why.", examples=["vendor fix due in December"])
    owner: StrictStr = Field(description="Team or person who answers for it.", examples=["ada"])
    until: Date = Field(description="Last day on which it holds.", examples=["2026-12-31"])


_REHEARSAL = "rehearsal"


class System(Model):
    """Everything that the user wrote, with its defaults filled in."""

    name: Name = Field(
        alias="system", description="Name of the system.", examples=["workflow-platform"]
    )
    summary: Text | None = Field(
        None,
        description="What the system does, in a sentence.",
        examples=["Runs customers' workflows and tells them how they went."],
    )
    people: Mapping[PersonName, Person] = Field(
        {},
        description="People who answer for the system.",
        examples=[{"ada": {"name": "Ada Moreau", "email": "ada@acme.example"}}],
    )
    teams: Mapping[Name, Team] = Field(
        {},
        description="Teams that own the system's parts.",
        examples=[{"platform": {"members": ["ada"], "chat": "#platform"}}],
    )
    regions: Mapping[Name, Region] = Field(
        {"home": Region(home=True)},
        description="Regions that the system runs in; one, named home, by default.",
        examples=[{"eu": {"home": True}, "us": {}}],
    )
    services: Mapping[Name, Service] = Field(
        min_length=1,
        description="Containers that the user runs.",
        examples=[{"api": {"owner": "platform", "build": "./api", "ports": {"http": 8000}}}],
    )
    stores: Mapping[Name, Store] = Field(
        {},
        description="What keeps the user's data.",
        examples=[{"database": {"engine": "postgres", "version": "15", "owner": "data"}}],
    )
    externals: Mapping[Name, External] = Field(
        {},
        description="Services of others that the system depends on.",
        examples=[{"mail": {"owner": "platform", "url": "https://api.mail.example"}}],
    )
    metrics: Mapping[MetricName, Metric] = Field(
        {},
        description="Business metrics: what the product is for.",
        examples=[{"runs_total": {"service": "worker", "kind": "counter", "meaning": "Runs"}}],
    )
    journeys: Mapping[Name, Journey] = Field(
        {},
        description="Critical user workflows.",
        examples=[{"sign-in": {"owner": "web", "start": "gateway", "steps": [{"get": "/"}]}}],
    )
    slos: Mapping[Name, Slo] = Field(
        {},
        description="Service level objectives.",
        examples=[{"api": {"service": "api", "availability": 99.9}}],
    )
    targets: Targets = Field(
        Targets(), description="What the system is held to.", examples=[{"rto": "4h"}]
    )
    environments: Mapping[Name, EnvironmentSpec] = Field(
        {_REHEARSAL: EnvironmentSpec()},
        description="Where the system runs; a rehearsal is always there.",
        examples=[{"production": {"runtime": "kubernetes", "context": "prod-eu"}}],
    )
    promises: tuple[_PROMISED, ...] | None = Field(
        None,
        description="Requirements that the system is held to now; all of them by default.",
        examples=[["R01", "R03"]],
    )
    exceptions: tuple[Exception_, ...] = Field(
        (),
        description="Requirements that are not met for a while.",
        examples=[[{"requirement": "R07", "subject": "gateway", "until": "2026-12-31"}]],
    )
    sections: Mapping[str, Any] = Field(
        {}, description="Sections that capabilities own, as written.", examples=[{}]
    )

    _places: Places = PrivateAttr(default_factory=Places)

    @field_validator("regions", mode="after")
    @classmethod
    def _one_home(cls, value: Mapping[str, Region]) -> Mapping[str, Region]:
        homes = [name for name, region in value.items() if region.home]
        if not value:
            return {"home": Region(home=True)}
        if all(region.outside for region in value.values()) or any(
            value[name].outside for name in homes
        ):
            raise fault(
                "ST1214", "has its home outside", "name the region in which the system runs"
            )
        if len(value) == 1 and not homes:
            return dict.fromkeys(value, Region(home=True))
        if len(homes) != 1:
            written = "no home region" if not homes else f"{len(homes)} home regions"
            raise fault("ST1214", f"has {written}", "write home: true for exactly one region")
        return value

    @field_validator("environments", mode="after")
    @classmethod
    def _with_rehearsal(cls, value: Mapping[str, EnvironmentSpec]) -> Mapping[str, EnvironmentSpec]:
        return {_REHEARSAL: EnvironmentSpec()} | dict(value)

    def place(self, *path: str | int) -> Place:
        """Where the value at that path of keys was written, or its nearest known ancestor.

        `system.place("services", "api", "owner")`. A system that was made without a file answers
        line 1 of `seatrial.yaml`.
        """
        return self._places.of(*path)

    def promised(self, *requirements: str) -> bool:
        """Whether the system is held to any of these now: to all where the file leaves none out.

        What serves only requirements that are left out need not run.
        """
        return self.promises is None or any(each in self.promises for each in requirements)

    def placed(self, places: Places) -> Self:
        """The same system, which knows its places."""
        self._places = places
        return self
