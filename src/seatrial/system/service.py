"""A service: what the user runs."""

import posixpath
import shlex
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from seatrial.system.base import (
    Flag,
    HostName,
    MetricName,
    Model,
    Name,
    Port,
    SecretRef,
    Text,
    UrlPath,
    VariableName,
    Whole,
    Written,
)
from seatrial.system.fault import fault, shown
from seatrial.system.units import Duration, Size

_LAST_PORT = 65535
_MOST_REPLICAS = 1000
_SCRATCH = "tmp"  # ${self.dir}/tmp is every replica's TMPDIR


def _port(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise fault("ST1303", f"is {shown(value)}", "write a port's name or its number")
    if isinstance(value, int) and not 1 <= value <= _LAST_PORT:
        raise fault("ST1308", f"is {value}", f"write a number from 1 to {_LAST_PORT}")
    return value


class MetricsSpec(Model):
    """Where a service shows its metrics, and what its requests are called there."""

    port: Annotated[StrictStr | StrictInt, BeforeValidator(_port)] = Field(
        description="Name of one of the service's ports, or the number of a port of its own.",
        examples=["http", 9113],
    )
    path: UrlPath = Field(
        "/metrics", description="Path of the metrics page.", examples=["/metrics"]
    )
    kind: Literal["prometheus", "nginx", "rabbitmq"] = Field(
        "prometheus",
        description="Whose page it is: its own, stub_status of nginx, or RabbitMQ's plugin.",
        examples=["nginx", "rabbitmq"],
    )
    requests: MetricName = Field(
        "http_server_request_duration_seconds",
        description="Histogram of the durations of requests, named without _bucket or _count.",
        examples=["http_request_duration_seconds"],
    )
    status: MetricName = Field(
        "http_response_status_code",
        description="Label of that histogram that holds the HTTP status code.",
        examples=["code"],
    )


class Health(Model):
    """The pages that say whether a service can take traffic and whether it lives."""

    ready: UrlPath | None = Field(
        None,
        description="Path that answers 200 while the service can take traffic.",
        examples=["/readyz"],
    )
    live: UrlPath | None = Field(
        None,
        description="Path that answers 200 while the process need not be restarted.",
        examples=["/livez"],
    )
    port: Name | None = Field(
        None,
        description="Name of the port that serves both; the first port when it is not written.",
        examples=["http"],
    )


class Scale(Model):
    """How many replicas run; a whole number stands for both."""

    min: Annotated[Whole, Field(ge=1, le=_MOST_REPLICAS)] = Field(
        1, description="Replicas that always run.", examples=[2]
    )
    max: Annotated[Whole, Field(ge=1, le=_MOST_REPLICAS)] = Field(
        1, description="Replicas at most; min when it is not written.", examples=[6]
    )

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            if not 1 <= value <= _MOST_REPLICAS:
                raise fault("ST1308", f"is {value}", f"write a number from 1 to {_MOST_REPLICAS}")
            return {"min": value, "max": value}
        if not isinstance(value, dict | Scale):
            raise fault(
                "ST1303",
                f"is {shown(value)}, not a whole number",
                "write 2, or {min: 2, max: 6}",
            )
        if isinstance(value, dict) and "min" in value and "max" not in value:
            return {**value, "max": value["min"]}
        return value

    @model_validator(mode="after")
    def _ordered(self) -> "Scale":
        if self.max < self.min:
            raise fault(
                "ST1308", f"has max {self.max} below min {self.min}", "swap them or raise max"
            )
        return self


class Limits(Model):
    """What a service or store may use at most, each replica by itself."""

    memory: Size | None = Field(
        None, description="Memory at most; more ends the process.", examples=["512MiB"]
    )
    cpu: StrictFloat | None = Field(
        None, gt=0, le=1024, description="Processor cores at most.", examples=[0.5]
    )


@lru_cache(maxsize=1 << 12)  # a command is split when it is read, and where it is run
def words_of(command: str) -> tuple[str, ...]:
    """The words of a `run`, as a shell splits them. Raises ValueError where it breaks off."""
    return tuple(shlex.split(command))


def _command(value: str) -> str:
    if "\0" in value:
        raise fault("ST1310", "holds a NUL character", "delete it: no command can be given one")
    try:
        words = words_of(value)
    except ValueError as error:
        # What follows a lost quote may be a secret, so the command is not quoted.
        if "escape" in str(error):
            raise fault(
                "ST1310", "ends in a backslash", "delete it, or write two for the character itself"
            ) from error
        raise fault(
            "ST1310",
            "has a quotation that is not ended",
            "close it, or put a backslash before a quote that is a character of the word",
        ) from error
    if not words or not words[0]:
        raise fault("ST1310", "names no program", "begin it with the program's name")
    return value


def _destination(value: str) -> str:
    """A name below ${self.dir}: what is rendered must not be written over anything else."""
    cure = "write a relative path without . and .., as in nginx.conf or conf.d/api.conf"
    if not _stays_below(value):
        raise fault("ST1310", f"is {shown(value)}, not a path below ${{self.dir}}", cure)
    return value


def _part(value: str) -> str:
    """A file or folder of the build folder."""
    if not _stays_below(value):
        cure = "write a relative path without . and .., as in worker or src/worker"
        raise fault("ST1310", f"is {shown(value)}, not a path below its build folder", cure)
    return value


def _stays_below(value: str) -> bool:
    return (
        value.isprintable()
        and not value.startswith("/")
        and posixpath.normpath(value) == value
        and value.split("/", maxsplit=1)[0] not in {".", ".."}
    )


def _environment(value: object) -> object:
    if isinstance(value, str) and "\0" in value:
        raise fault("ST1310", "holds a NUL character", "delete it: no variable can hold one")
    if isinstance(value, SecretRef | str):
        return value
    if isinstance(value, dict) and set(value) == {"secret"}:
        return SecretRef.model_validate(value)
    if value is None:
        raise fault("ST1303", "has no value", 'write "" for an empty text')
    if isinstance(value, dict | list):
        raise fault("ST1303", f"is {shown(value)}", "write a text or {secret: NAME}")
    raise fault("ST1303", "is not a text", "put it in quotes")


class Service(Model):
    """A container that the user runs."""

    owner: StrictStr = Field(
        description="Team or person who is paged for it.", examples=["platform"]
    )
    summary: Text | None = Field(
        None, description="What it does, in a sentence.", examples=["Terminates TLS, routes."]
    )
    build: Text | None = Field(
        None,
        description="Folder with its Dockerfile, relative to this file.",
        examples=["./api"],
    )
    image: Text | None = Field(
        None,
        description="Image that is run as it is, best by digest.",
        examples=["registry.acme.example/api@sha256:..."],
    )
    run: Annotated[Text, AfterValidator(_command)] | None = Field(
        None,
        description="Command that starts it: in its build folder, or in its container.",
        examples=["uvicorn api.main:app --host ${self.address} --port ${self.ports.http}"],
    )
    code: tuple[Annotated[Text, AfterValidator(_part)], ...] = Field(
        (),
        description="What is its own in a build folder that others use too; its proofs rest on it.",
        examples=[["worker", "common", "requirements.txt"]],
    )
    files: Mapping[Annotated[Text, AfterValidator(_destination)], Text] = Field(
        {},
        description="Files rendered before it starts: name under ${self.dir}, and source here.",
        examples=[{"nginx.conf": "./gateway/nginx.conf"}],
    )
    ports: Mapping[Name, Port] = Field(
        {}, description="Ports it listens on, by name.", examples=[{"http": 8000}]
    )
    exposed: Flag = Field(
        default=False,
        description="Whether users reach it from outside: it is then probed and guarded.",
        examples=[True],
    )
    front: Mapping[str, Any] = Field(
        {},
        description="Its one address in several regions: settings, read by failover.",
        examples=[{"within": "15s"}],
    )
    hostname: HostName | None = Field(
        None,
        description="Name that users know its `https` port by; its certificate must be for it.",
        examples=["shop.acme.example"],
    )
    needs: tuple[StrictStr, ...] = Field(
        (),
        description="Services, stores and externals that it cannot work without.",
        examples=[["database", "cache"]],
    )
    environment: Mapping[
        VariableName, Annotated[Written | SecretRef, BeforeValidator(_environment)]
    ] = Field(
        {},
        description="Environment variables: a text with placeholders, or a secret by name.",
        examples=[{"REDIS_URL": "redis://${cache.host}:${cache.port}/0"}],
    )
    metrics: MetricsSpec | None = Field(
        None, description="Where it shows its metrics.", examples=[{"port": "http"}]
    )
    health: Health | None = Field(
        None,
        description="Pages that tell whether it is ready and alive.",
        examples=[{"ready": "/readyz", "live": "/livez"}],
    )
    scale: Scale = Field(
        Scale(),
        description="How many replicas run, as one number or as min and max.",
        examples=[2, {"min": 2, "max": 6}],
    )
    regions: tuple[StrictStr, ...] | None = Field(
        None, description="Regions in which it runs; everywhere by default.", examples=[["eu"]]
    )
    limits: Limits = Field(
        Limits(),
        description="Memory and processor at most for each replica.",
        examples=[{"memory": "512MiB", "cpu": 0.5}],
    )
    grace: Duration = Field(
        Duration(10.0),
        description="Time between SIGTERM and SIGKILL, in which it finishes its work.",
        examples=["10s"],
    )
    traffic: Literal["steady", "idle"] = Field(
        "steady",
        description="idle: no traffic for a while is normal and no reason to alert.",
        examples=["idle"],
    )
    keeps: tuple[Name, ...] = Field(
        (),
        description="Folders whose files outlive it; `${self.keeps.NAME}` is where one is.",
        examples=[["uploads"]],
    )
    backup: Mapping[str, Any] = Field(
        {},
        description="Settings of the backup of these, read by the backup capability.",
        examples=[{"keep": "14d"}],
    )
    invariants: Mapping[Text, Annotated[Text, AfterValidator(_command)]] = Field(
        {},
        description="Commands that end with 0 while the files are sound, by what they mean.",
        examples=[{"the index is there": "test -s ${self.keeps.uploads}/index.json"}],
    )

    @model_validator(mode="after")
    def _keeps_alone(self) -> "Service":
        """Its folders are its own: no other replica's, and nobody else writes there."""
        if not self.keeps:
            for key in ("backup", "invariants"):
                if key in self.model_fields_set:
                    cure = "name the folders whose files it keeps under keeps, or delete it"
                    raise fault("ST1309", "is written without keeps", cure, key)
            return self
        rendered = {each.split("/", maxsplit=1)[0] for each in self.files}
        for number, name in enumerate(self.keeps):
            if name in self.keeps[:number]:
                raise fault("ST1309", f"names {name} twice", "delete one of them", "keeps")
            if name in {_SCRATCH, *rendered}:
                whose = "for what is thrown away" if name == _SCRATCH else "rendered by files"
                told = f"names {name}, a folder that is {whose}"
                raise fault("ST1309", told, "choose another name", "keeps")
        if self.scale.max > 1:
            raise fault(
                "ST1309",
                f"is written with scale {self.scale.max}: each replica would keep its own",
                "write scale: 1, or keep the files in a store that all replicas share",
                "keeps",
            )
        return self

    @model_validator(mode="after")
    def _can_run(self) -> "Service":
        if self.image is None and self.run is None and self.build is None:
            raise fault("ST1302", "has nothing to run", "add build, image or run")
        if self.build is not None and self.image is not None:
            raise fault("ST1309", "is written beside build", "keep one of them", "image")
        return self
