"""What is reviewed: a sketch of others' files, or a system, in one form for all rules."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.review.products import Kind, Product, recognise
from seatrial.system.importers.sketch import Container, Sketch
from seatrial.system.problem import Place

if TYPE_CHECKING:  # a Compose file is reviewed without loading the models of seatrial.yaml
    from seatrial.system.model import System

JOBS = frozenset({"Job", "CronJob"})
_JOB_WORDS = ("migrat", "seed", "setup", "init-", "-init", "bootstrap", "one-shot", "oneshot")
# What Compose waits for until it has ended, so that it is meant to end.
_ENDED = "service_completed_successfully"
# Programs that do one thing and end; what loops around them names a shell first.
_CLIENTS = frozenset(
    {
        *("alembic", "flyway", "liquibase", "pytest", "tox", "aws", "cp", "curl", "http", "wget"),
        *("createdb", "dropdb", "pg_dump", "pg_dumpall", "pg_isready", "pg_restore", "psql"),
        *("mysql", "mysqladmin", "mysqldump", "mongodump", "mongoimport", "mongorestore"),
        *("mongosh", "redis-cli", "mc"),
        *("kafka-topics", "kafka-console-consumer", "kafka-console-producer"),
    }
)


class Source(StrEnum):
    """What the reviewed files are written in, which decides the lines of every cure."""

    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    SEATRIAL = "seatrial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was read. `system` is there for a seatrial.yaml only; `today` is the review's day."""

    source: Source
    name: str
    files: tuple[str, ...]
    containers: tuple[Container, ...]
    today: dt.date
    system: "System | None" = None

    @classmethod
    def of(cls, sketch: Sketch, today: dt.date) -> "Subject":
        """The subject of a sketch. Raises ValueError for one of another source than these."""
        return cls(
            source=Source(sketch.source),
            name=sketch.name,
            files=sketch.files,
            containers=sketch.containers,
            today=today,
        )

    @property
    def place(self) -> Place:
        """Where the first file begins: for what is missing in the whole."""
        return Place(self.files[0] if self.files else self.name, 1, 1)

    def of_kind(self, *kinds: Kind) -> Iterator[tuple[Container, Product]]:
        """The containers whose image is known to be of one of these kinds."""
        for each in self.containers:
            product = recognise(each.image)
            if product is not None and product.kind in kinds:
                yield each, product

    def has(self, *kinds: Kind) -> bool:
        """Whether anything of these kinds is there."""
        return next(self.of_kind(*kinds), None) is not None

    def running(self) -> Iterator[Container]:
        """What runs all the time: no jobs."""
        awaited = self._awaited()
        return (each for each in self.containers if each.name not in awaited and not is_job(each))

    def _awaited(self) -> frozenset[str]:
        """Names of what others wait for until it has ended."""
        return frozenset(
            name
            for each in self.containers
            for name, condition in each.conditions.items()
            if condition == _ENDED
        )

    def own(self) -> Iterator[Container]:
        """What runs all the time and is not a product that the table knows."""
        return (each for each in self.running() if recognise(each.image) is None)


def is_job(container: Container) -> bool:
    """Whether it runs to its end: by its kind, or by what it is called and told to do.

    Compose has no word for a job, so its name and command decide; what restarts always is none.
    """
    if container.kind in JOBS or container.role == "init":
        return True
    if container.kind != "service" or container.restart in {"always", "unless-stopped"}:
        return False
    if _is_client(container.command):
        return True
    words = " ".join((container.name, *container.command)).casefold()
    return any(each in words for each in _JOB_WORDS)


def _is_client(command: Sequence[str]) -> bool:
    """Whether the command is plainly a program that does one thing and ends."""
    words = " ".join(command).split() if len(command) == 1 else command
    first = words[0] if words else ""
    # an option belongs to the image's own program, whatever its value looks like
    return not first.startswith("-") and first.rpartition("/")[2].removesuffix(".sh") in _CLIENTS


def exposed(container: Container) -> bool:
    """Whether somebody outside the machine or the cluster can reach it."""
    return any(open_ports(container))


def open_ports(container: Container) -> Iterator[int]:
    """The container's ports that others than this machine can reach."""
    for port in container.ports:
        if port.reach or any(not is_loopback(address) for address, _ in port.published):
            yield port.number


def is_loopback(address: str) -> bool:
    """Whether an address is reached from the same machine only."""
    return address == "localhost" or address.startswith("127.") or address.strip("[]") == "::1"
