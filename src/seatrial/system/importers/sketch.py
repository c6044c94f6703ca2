"""What the files of others say of a system, in our words, before anybody has judged it.

One sketch, whatever it was read from: `init --from` makes a seatrial.yaml of it, `assess` reviews
it. What is not written stays None or empty; nothing is guessed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.system.problem import Place


class Fidelity(StrEnum):
    """What became of something that was written in the source."""

    IMPORTED = "imported"
    APPROXIMATED = "approximated"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the loss report: a subject of the source (`services.web.ports.0`), its place.

    `summary` says what became of it; `cure` what the user can do (empty where it came in whole).
    `code` is that of the problem with the file's YAML that it tells of, else empty.
    """

    fidelity: Fidelity
    subject: str
    place: Place
    summary: str
    cure: str = ""
    code: str = ""


class CheckKind(StrEnum):
    """What a health check decides: whether traffic is sent, or whether the process is replaced."""

    READY = "ready"
    LIVE = "live"
    STARTUP = "startup"
    HEALTH = "health"  # Compose's one check, which decides nothing but what waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A health check as written: an HTTP `path` on `port`, a bare TCP `port`, or `argv`."""

    kind: CheckKind
    path: str = ""
    port: int | None = None
    argv: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port that a container listens on; `published` are the host's (address, number).

    An empty address is every interface; a number of 0 is one that the engine chooses. `reach`
    says who else can get to it: a load balancer, an ingress, a node port.
    """

    number: int
    name: str = ""
    protocol: str = "tcp"
    published: tuple[tuple[str, int], ...] = ()
    reach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """An environment variable. `value` is None where it is a secret, or not known from the files.

    A reference without a value stays as `${NAME}`, a dollar sign before a brace that begins none
    is doubled, and a secret inside a text is `***`. `source` says where it comes from: `inline`,
    `env_file`, `secret`, `config`, `host` (interpolated without a default). `weak`: a password that
    everybody tries first.
    """

    name: str
    value: str | None
    secret: bool = False
    source: str = "inline"
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """Something mounted: `kind` is volume, bind, tmpfs, config, secret or anonymous."""

    kind: str
    target: str
    source: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits and requests, each None where not written: memory in bytes, cpu in cores."""

    memory: int | None = None
    cpu: float | None = None
    memory_request: int | None = None
    cpu_request: float | None = None
    pids: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What holds a container in, as written. None: not said, so the engine's default."""

    user: str | None = None
    non_root: bool | None = None
    privileged: bool = False
    read_only: bool = False
    no_new_privileges: bool = False
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    host_network: bool = False
    host_pid: bool = False
    engine_socket: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """Where a container shows its metrics, as its annotations or a monitor say."""

    port: int | None
    path: str = "/metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """A service outside of the system that has a name inside of it; `host` is where it leads."""

    name: str
    place: Place
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One kind of container: a service of Compose, a workload's container of Kubernetes.

    `places` maps a fact (`image`, `environment.DATABASE_URL`, `ports.0`) to where it is written.
    `needs` are names of other containers or externals. `replicas` is (least, most), None where
    not written; `conditions` what it waits for in each that it needs (`service_started`).
    `kind` is the source's word: `service`, `Deployment`, `StatefulSet`, `Job`, `CronJob` ...
    `restart` and `logging` are as written (`always`, `no`; driver and options); `grace` in seconds.
    `pod` names the workload that containers share, in which this one's `role` is main, sidecar or
    init (it ends before the others start). `aliases` are the host names others reach it by.
    `schedule` is when a CronJob runs, in cron's form.
    """

    name: str
    place: Place
    kind: str = "service"
    image: str = ""
    build: str = ""
    dockerfile: str = ""
    command: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    variables: tuple[Variable, ...] = ()
    needs: tuple[str, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    replicas: tuple[int, int] | None = None
    bounds: Bounds = Bounds()
    confinement: Confinement = Confinement()
    restart: str | None = None
    grace: float | None = None
    logging: Mapping[str, str] | None = None
    networks: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    pod: str = ""
    role: str = "main"
    aliases: tuple[str, ...] = ()
    metrics: Scrape | None = None
    schedule: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)

    def where(self, fact: str) -> Place:
        """Where that fact is written, or its nearest ancestor, or the container itself."""
        while fact:
            if fact in self.places:
                return self.places[fact]
            fact = fact.rpartition(".")[0]
        return self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A safe operation of an API that a journey may call: never one that changes anything."""

    method: str
    path: str
    status: int
    place: Place
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A described API: who serves it is not known from its document alone."""

    name: str
    place: Place
    operations: tuple[Operation, ...]
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """Everything that was read, and what became of all that was written."""

    source: str  # compose, kubernetes, openapi
    name: str
    files: tuple[str, ...]
    containers: tuple[Container, ...] = ()
    apis: tuple[Api, ...] = ()
    externals: tuple[External, ...] = ()
    ledger: tuple[Entry, ...] = ()
