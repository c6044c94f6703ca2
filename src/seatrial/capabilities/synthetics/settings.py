"""The section `synthetics` of the file."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from seatrial.capabilities.synthetics.maintenance import Maintenance
from seatrial.contract.bounds import between
from seatrial.system.units import Duration

MAJORITY: Literal["majority"] = "majority"
_HIGHEST_PORT = 65535


Kind = Literal["http", "tls", "tcp", "dns", "icmp", "grpc"]
# The keys that mean something to one kind only.
_OF: Mapping[str, frozenset[str]] = {
    "path": frozenset({"http"}),
    "status": frozenset({"http"}),
    "contains": frozenset({"http", "tcp"}),
    "send": frozenset({"tcp"}),
    "record": frozenset({"dns"}),
    "server": frozenset({"dns"}),
    "answers": frozenset({"dns"}),
    "grpc_service": frozenset({"grpc"}),
    "tls": frozenset({"grpc"}),
    "hostname": frozenset({"http", "tls", "grpc"}),
    "trusted": frozenset({"http", "tls", "grpc"}),
    "days": frozenset({"tls"}),
}
_SOCKETS: Mapping[str, int] = {"tls": 443, "tcp": 25, "grpc": 50051}


class Check(BaseModel):
    """One question that the prober asks again and again, from each region."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field(description="What is spoken: http, tls, tcp, dns, icmp or grpc.")
    service: str | None = Field(
        default=None, description="The service that is asked; or write `target`."
    )
    port: str | None = Field(
        default=None, description="The name of the service's port; the first when left out."
    )
    target: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Who is asked, where it is no service of this file: a URL for http, host:port"
        " for tls, tcp and grpc, a host for icmp, a name for dns.",
    )
    every: Annotated[
        Duration,
        between("1s", "1h"),
        Field(description="How often it is asked.", default_factory=lambda: Duration.parse("30s")),
    ]
    timeout: Annotated[
        Duration,
        between("100ms", "1m"),
        Field(
            description="Within which time it must be answered; less than `every`.",
            default_factory=lambda: Duration.parse("5s"),
        ),
    ]
    owner: str | None = Field(
        default=None,
        description="The team that is told; the service's, else the first, when left out.",
    )
    severity: Literal["page", "ticket"] = Field(
        default="ticket", description="Whether somebody must come at once when it fails."
    )
    path: str = Field(default="/", pattern="^/", description="HTTP: the page of a service.")
    status: tuple[int, ...] = Field(default=(200,), description="HTTP: which statuses are right.")
    contains: str = Field(default="", description="HTTP, TCP: a text that must come in the answer.")
    send: str = Field(default="", description="TCP: what is sent first.")
    record: str = Field(
        default="A", pattern="^[A-Z0-9]{1,10}$", description="DNS: the type of the record."
    )
    server: str = Field(
        default="", description="DNS: who is asked, as host:port; whom the machine asks by default."
    )
    answers: tuple[str, ...] = Field(
        default=(), description="DNS: exactly what must be answered, in any order; any by default."
    )
    grpc_service: str = Field(
        default="", max_length=127, description="gRPC: whose health; the whole server's by default."
    )
    tls: bool = Field(default=False, description="gRPC: whether it is spoken over TLS.")
    hostname: str | None = Field(
        default=None, description="The name that is asked for, and that the certificate is for."
    )
    trusted: bool = Field(
        default=True,
        description="Whether the certificate must be trusted. A rehearsal does not judge those of"
        " the file's own services.",
    )
    days: float = Field(
        default=14.0,
        gt=0,
        le=365,
        description="TLS: how many days before the certificate ends its owner is told.",
    )

    @field_validator("status", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.service is None) == (self.target is None):
            raise ValueError("name who is asked: either a `service` of this file or a `target`")
        if self.timeout.seconds >= self.every.seconds:
            message = f"is answered within {self.timeout} and asked every {self.every}"
            raise ValueError(f"{message}; write a timeout that is less")
        for key in self.model_fields_set:
            if key in _OF and self.kind not in _OF[key]:
                known = ", ".join(sorted(_OF[key]))
                raise ValueError(f"{key} says nothing to {self.kind}; it is for {known}")
        if self.target is not None:
            self._leads_somewhere(self.target)
        if self.server and not _is_socket(self.server):
            raise ValueError(f"server: {self.server!r} is not host:port, as 192.0.2.53:53")
        return self

    def _leads_somewhere(self, target: str) -> None:
        if self.port is not None:
            raise ValueError("port names one of a service's; a target has its own in itself")
        if self.kind == "http" and not target.startswith(("http://", "https://")):
            raise ValueError(f"target: {target!r} is no URL; write https://{target}")
        if self.kind in _SOCKETS and not _is_socket(target):
            example = f"{target.split('/', maxsplit=1)[0]}:{_SOCKETS[self.kind]}"
            raise ValueError(f"target: {target!r} is not host:port; write for example {example}")

    def plan(self) -> Mapping[str, object]:
        """What its kind needs, as the prober's plan names it; nothing that is left out."""
        found: dict[str, object] = {
            "status": list(self.status),
            "contains": self.contains,
            "send": self.send,
            "record": self.record,
            "server": self.server,
            "answers": list(self.answers),
        }
        told = {key: value for key, value in found.items() if key in self.model_fields_set}
        return {**told, **({"service": self.grpc_service} if self.grpc_service else {})}


def _is_socket(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isascii() and port.isdigit() and 0 < int(port) <= _HIGHEST_PORT


class Settings(BaseModel):
    """What is asked from outside, who must agree, and how what users get is accounted for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quorum: Literal["majority"] | Annotated[int, Field(gt=0)] = Field(
        default=MAJORITY,
        description="How many of the regions that see anything must see a failure before it counts"
        " as one: `majority`, or a number. It says nothing where there is one region.",
    )
    home: str | None = Field(
        default=None,
        pattern="^https://[^/]+$",
        description="The URL at which probers outside reach home, as"
        " https://probes.acme.example:8443; where the door stands, when left out.",
    )
    reach: Mapping[str, Annotated[str, Field(pattern="^https?://")]] = Field(
        default_factory=dict,
        description="The URLs at which users outside reach services that journeys begin at; https"
        " and the service's hostname when left out.",
    )
    checks: Mapping[str, Check] = Field(
        default_factory=dict,
        description="Named questions that the prober asks beside the journeys.",
    )
    maintenance: Mapping[str, Maintenance] = Field(
        default_factory=dict,
        description="Named times of announced maintenance: they page nobody, and are left out of"
        " the budgets and of the SLA.",
    )
