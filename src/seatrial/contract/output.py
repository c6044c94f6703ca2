"""What a capability wants to exist: files and workloads.

Strings in `argv`, `env` and file texts may hold placeholders that only the runtime can resolve:
`${self.dir}`, `${self.address}`, `${self.replica}`, `${self.ports.NAME}`, `${secret.NAME}`,
`${self.ways.NAME.NUMBER.PORT}` (host and port of the edge that leads this replica alone there),
and, for what watches the machine, `${self.machine}` (where its /proc and /sys are shown) and
`${self.groups}` (the folder of control groups that are named by address; empty: by container), for
what reads or sees logs `${self.logs}` (the folder in which each replica's lines are
`NAME.NUMBER.log`, and `NAME.NUMBER.log.1` and so on what was rotated away), for what reads the
machine's own `${self.host}` (what there is of it: `journal`, `kernel`, paths of files, with
commas), `${self.engine}` (the folder of its engine's own files, where the engine names a
`mark`), `${self.shared}` (the folder of the workload that it `shares`), and `${folder.NAME.NUMBER}`
(that of another's replica on the same machine, for who is told of it and does not read it).
Everything else is resolved while planning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from seatrial.contract.placement import Placement
from seatrial.system.problem import Problem


class Kind(StrEnum):
    """How a runtime keeps a workload: always running, on each host, once, or at given times."""

    SERVICE = "service"
    HOST = "host"
    JOB = "job"
    SCHEDULE = "schedule"


class Origin(StrEnum):
    """Whose a workload is; faults are injected into the user's, engines watch them."""

    SERVICE = "service"  # the user's own service
    STORE = "store"  # a store that the user declared
    ENGINE = "engine"  # a product that seatrial runs around the system
    DAEMON = "daemon"  # a process of seatrial itself


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that should exist.

    `path` is relative to the workload's own folder; `why` is one sentence for `seatrial plan`.
    A `secret` file's text is never shown; the runtime writes it with mode 0600.
    """

    path: str
    text: str
    why: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How to ask a workload whether it is ready or alive.

    Exactly one of `path` (HTTP GET answers 2xx), `tcp` (a connection is accepted) or `argv`
    (exit status 0) is meant; `port` is a port's name. `deadline` is in seconds.
    """

    port: str = ""
    path: str = ""
    tcp: bool = False
    argv: tuple[str, ...] = ()
    deadline: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A folder that outlives the workload's process.

    `path` is relative to the workload's own folder. `size` in bytes asks for a size-limited file
    system. A volume that is not `durable` may be emptied by `down`.
    """

    name: str
    path: str
    size: int | None = None
    durable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Limits: `memory` in bytes, `cpu` in cores; None is unlimited."""

    memory: int | None = None
    cpu: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One thing a runtime must run, in terms that fit a process, a container and a pod.

    `engine` names the engine whose program `argv[0]` is (empty: found on PATH). `prepare` runs to
    its end before the first start (`initdb`), in the same folder and as the same user. `after`
    names the workloads that must be ready first. `reload` is the signal that makes it read its
    files again ("" : it must be restarted). `stop` is the signal that ends a process in good order
    (an image has its own), `grace` for how many seconds it may take. `beside` names the workload of
    which it watches one replica: where replicas have no address of their own (pods), each gets one.
    One that `watches_machine` reads the machine's process table and control groups, and writes
    nothing there. One that `reads_logs` reads the lines of all others, and nothing else of theirs;
    there is at most one. One that `sees_logs` is told how long the files of these lines are and
    when they were written, by their names. One that `reads_host` reads what the machine itself
    writes: its journal, its log files, the messages of its kernel. One that is `attached` runs
    without seatrial, which never makes or removes it; `calls` names those that it reaches of them,
    `called_by` those that reach it. One that is `optional` is left out, and told of, where what it
    runs on cannot be had. `tools` are engines whose programs it calls, beside its own. One that
    `shares` another workload runs as the same user, and may read and write in its folder; where it
    runs that one's `commands`, too, it stands in the image in which they are. One that `seals` is
    given, as files of its own, what describes the system and every secret of it.
    """

    name: str
    origin: Origin
    argv: tuple[str, ...]
    kind: Kind = Kind.SERVICE
    engine: str = ""
    image: str = ""
    build: str = ""
    replicas: int = 1
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    volumes: tuple[Volume, ...] = ()
    prepare: tuple[tuple[str, ...], ...] = ()
    ready: Probe | None = None
    live: Probe | None = None
    reload: str = ""
    stop: str = "TERM"
    grace: float = 10.0
    after: tuple[str, ...] = ()
    beside: str = ""
    resources: Resources = Resources()
    region: str = ""
    owner: str = ""
    why: str = ""
    watches_machine: bool = False
    reads_logs: bool = False
    sees_logs: bool = False
    reads_host: bool = False
    attached: bool = False
    calls: tuple[str, ...] = ()
    called_by: tuple[str, ...] = ()
    optional: bool = False
    tools: tuple[str, ...] = ()
    shares: str = ""
    commands: bool = False
    seals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What a capability adds to a workload of the file: it is declared, for it is another's.

    `workload` is the name of a service or store, or of who holds a store's data. `argv` are words
    after its own, `env`, `files`, `volumes`, `tools` and `secrets` stand beside its own, and what
    `placed` makes of the placement, as files. A file takes the place of its own of the same path.
    """

    workload: str
    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    files: tuple[File, ...] = ()
    volumes: tuple[Volume, ...] = ()
    tools: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    placed: Callable[[Placement], tuple[File, ...]] = lambda _: ()

    def to(self, workload: Workload, placement: Placement) -> Workload:
        """The workload with all of it."""
        files = (*self.files, *self.placed(placement))
        paths = {each.path for each in files}
        return replace(
            workload,
            argv=(*workload.argv, *self.argv),
            env={**workload.env, **self.env},
            files=(*(each for each in workload.files if each.path not in paths), *files),
            volumes=(*workload.volumes, *self.volumes),
            tools=(*workload.tools, *self.tools),
            secrets=(*workload.secrets, *self.secrets),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What one capability wants to exist: `documents` are files for people, not for workloads.

    In the operator dialect `objects` are what the cluster is given beside the workloads (their
    paths are relative to a folder of the runtime), `secrets` the names of those that they lead
    to, and `problems` what the dialect has no word for.
    """

    workloads: tuple[Workload, ...] = ()
    documents: tuple[File, ...] = ()
    objects: tuple[File, ...] = ()
    secrets: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
