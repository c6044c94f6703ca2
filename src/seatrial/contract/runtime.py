"""What a runtime must be able to do: the only door to processes, containers and sockets.

Nothing here assumes one host, a file system shared with seatrial, or a synchronous start.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from seatrial.contract.action import Action
from seatrial.contract.output import Workload
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.scenario import Ability
from seatrial.contract.timeline import Observation
from seatrial.system.suggest import Suggester


class RuntimeFailure(Exception):  # noqa: N818 - a failure of the world, not of the program
    """Something outside failed: `summary` is a sentence, `cure` what to do, `logs` last lines."""

    def __init__(self, summary: str, cure: str = "", logs: tuple[str, ...] = ()) -> None:
        """Keep the three parts apart, so that every face can show them in its own way."""
        super().__init__(summary)
        self.summary = summary
        self.cure = cure
        self.logs = logs


class StillInjected(RuntimeFailure):
    """An act failed and could not be undone either: it stays in the journal as `id`."""

    def __init__(self, failure: RuntimeFailure, identity: str) -> None:
        """What failed is told as `failure` tells it."""
        super().__init__(failure.summary, failure.cure, failure.logs)
        self.id = identity


class NoSuchWorkload(RuntimeFailure):
    """Somebody named a workload that there is not: bad input where a user did."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        """`known` are those that there are; the nearest one is suggested."""
        there = f"there are: {', '.join(sorted(known))}" if known else "run `seatrial up`"
        super().__init__(f"there is no workload {name}", Suggester().cure(name, known, there))


class NothingRuns(RuntimeFailure):
    """No replica of the system runs, as whoever asks can see."""


class Phase(StrEnum):
    """Where a replica is in its life."""

    ABSENT = "absent"
    READY = "ready"
    UNREADY = "unready"
    HELD = "held"  # held down by an injected fault
    PAUSED = "paused"  # stopped by an injected fault
    EXITED = "exited"
    ORPHANED = "orphaned"  # it runs, and what should hold it is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaStatus:
    """One replica as the runtime sees it.

    `since` is seconds since the epoch, `memory` resident bytes, `cpu` seconds used since then.
    """

    workload: str
    replica: int
    phase: Phase
    reason: str = ""
    pid: int | None = None
    since: float | None = None
    memory: int | None = None
    cpu: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """Everything that should run, and where; `secrets` maps names to values (never shown).

    `restart` names workloads that begin anew even where nothing differs: their code changed.
    """

    system: str
    root: str
    placement: Placement
    workloads: tuple[Workload, ...]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    restart: tuple[str, ...] = ()


class Change(StrEnum):
    """What `apply` does with a workload."""

    START = "start"
    RELOAD = "reload"
    RESTART = "restart"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One workload's change and the reason for it (`prometheus.yml differs`)."""

    workload: str
    change: Change
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of a long work: shown live. `done` None while it runs; seconds are measured."""

    subject: str
    phase: str
    done: bool | None = None
    seconds: float = 0.0
    detail: str = ""


Headers = tuple[tuple[str, str], ...]  # of an HTTP request: names and values


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A command's end."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A fault that is in place: `id` names its journalled undo, `at` when it was complete.

    `seen` is what only the act itself could see.
    """

    id: str
    action: Action
    at: float
    seen: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """Processes of a system that nothing holds: how many, and a sentence on what should."""

    count: int = 0
    reason: str = ""

    def told(self, system: str) -> RuntimeFailure:
        """What is to be said of them, and done."""
        are = "1 process" if self.count == 1 else f"{self.count} processes"
        return RuntimeFailure(
            f"{self.reason}, and {are} of {system} still run{'s' * (self.count == 1)}",
            "`seatrial up` starts everything anew, `seatrial down` ends them",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A workload whose command cannot be run here: a sentence on why, and the cure."""

    workload: str
    summary: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Able:
    """Whether the runtime can do something here, and why not."""

    ok: bool
    reason: str


class Runtime(Protocol):
    """The door. Every method raises RuntimeFailure when the outside does not do as told."""

    name: str
    system: str

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """Addresses for every seat and, in a rehearsal, an edge for every link. Pure."""
        ...

    def reserve(self, file: Path) -> None:
        """Take the places that no other system has, until `down`; note for which absolute file."""
        ...

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Have here what the workloads run on, programs or images, or say what is missing."""
        ...

    def ensure_secrets(
        self, names: tuple[str, ...], brought: frozenset[str] = frozenset()
    ) -> Mapping[str, str]:
        """The value of each secret, generated at first use.

        Those that are `brought` are never made up: each is the variable of its name, as it is now
        or was before. Raises RuntimeFailure where it never was.
        """
        ...

    def known_secrets(self, names: tuple[str, ...]) -> Mapping[str, str]:
        """The value of each secret that there is, empty for the others. Nothing is made."""
        ...

    def locked(self, command: str, of: str = "") -> AbstractContextManager[None]:
        """Hold this system's lock, or that `of` a part of it, or fail with the name of who does."""
        ...

    def abilities(self) -> Mapping[Ability, Able]:
        """What can be done here."""
        ...

    def versions(self, engines: tuple[str, ...]) -> Mapping[str, str]:
        """Version of each engine that is there; a missing one has no entry."""
        ...

    def source(self, engine: str) -> str:
        """Where an engine that is there came from (`debian`, an image's name), or empty."""
        ...

    def lacking(self, desired: Desired) -> tuple[Lacking, ...]:
        """The workloads whose commands cannot be run here, as far as that can be told before."""
        ...

    def diff(self, desired: Desired) -> tuple[Planned, ...]:
        """What apply would do, and why. Changes nothing."""
        ...

    def apply(self, desired: Desired, progress: Callable[[Progress], None]) -> tuple[Planned, ...]:
        """Make it so; return when all is ready. Applies only what changed."""
        ...

    def status(self) -> tuple[ReplicaStatus, ...]:
        """Each replica that should be there, as it is."""
        ...

    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed, data aside."""
        ...

    def running(self) -> tuple[str, ...]:
        """The workloads of which something runs, ready or not."""
        ...

    def orphans(self) -> Orphans:
        """What runs of this system although nothing holds it."""
        ...

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        """Remove every process, mount, rule, socket and file; with `purge` the data too."""
        ...

    def stop(self, workload: str) -> None:
        """Stop every replica of a workload gracefully."""
        ...

    def kill(self, workload: str) -> None:
        """End whatever runs of a workload, now, also what hangs, and keep it stopped."""
        ...

    def start(self, workload: str) -> None:
        """Start every replica of a workload, and wait until it is ready."""
        ...

    def inject(self, action: Action) -> Injected:
        """Journal the undo, then act. Returns when the action is complete."""
        ...

    def undo(self, injected: str) -> None:
        """Undo one injected action; doing it twice is harmless."""
        ...

    def undo_all(self) -> tuple[str, ...]:
        """Undo whatever the journal still holds; a sentence for each."""
        ...

    def request(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str = "",
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        """An HTTP request to a replica of a workload."""
        ...

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        """Run a command with the workload's engine, and a replica's folder, user, environment."""
        ...

    def put(self, workload: str, path: str, text: str, *, replica: int = 0) -> None:
        """Write a file into the folder of a replica, as its user; it need not run."""
        ...

    def examine(self, engine: str, files: Mapping[str, str], argv: tuple[str, ...]) -> Executed:
        """Run a program of an engine in a scratch folder that holds just these files."""
        ...

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        """Move a stopped workload's volume aside as `keep_as` and give it a fresh one."""
        ...

    def logs(self, workload: str, lines: int) -> tuple[str, ...]:
        """The last lines that a workload wrote, all replicas."""
        ...
