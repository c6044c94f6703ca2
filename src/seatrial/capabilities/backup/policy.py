"""What `stores.NAME.backup` says: how often, how long kept, how much may be lost."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial.contract.bounds import between
from seatrial.system.fault import KIND
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.translate import faulted
from seatrial.system.units import Duration

BACKED = frozenset({"postgres"})  # the products of which there is a way to back them up
REQUIREMENT = "R20"
_DATABASES = (REQUIREMENT, f"{REQUIREMENT}.1")
_PUSH = 0.2  # the share of the RPO that is left for a closed segment to reach the repository


class Schedule(BaseModel):
    """How long after the last one of its kind, or of a wider kind, a backup is due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    full: Annotated[
        Duration,
        between("1h", "90d"),
        Field(
            description="Everything is copied this long after the last full backup.",
            default_factory=lambda: Duration.parse("7d"),
        ),
    ]
    differential: Annotated[
        Duration,
        between("1h", "90d"),
        Field(
            description="What changed since the last full backup is copied this often.",
            default_factory=lambda: Duration.parse("1d"),
        ),
    ]
    incremental: Annotated[
        Duration,
        between("10m", "90d"),
        Field(
            description="What changed since the last backup is copied this often.",
            default_factory=lambda: Duration.parse("6h"),
        ),
    ]


class Policy(BaseModel):
    """How a store is backed up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: Annotated[
        Duration,
        between("1d", "3650d"),
        Field(
            description="How far back a restore can reach.",
            default_factory=lambda: Duration.parse("14d"),
        ),
    ]
    schedule: Schedule = Field(
        default_factory=lambda: Schedule.model_validate({}),
        description="How often backups are taken.",
    )
    rpo: Annotated[Duration, between("30s", "24h")] | None = Field(
        default=None, description="How much written data may be lost; targets.rpo by default."
    )


def of(system: System, store: str) -> Policy:
    """The policy of a store. Raises pydantic's ValidationError, which `problems` tells."""
    return Policy.model_validate(dict(system.stores[store].backup))


def rpo(system: System, store: str) -> float:
    """How much written data may be lost, in seconds."""
    own = of(system, store).rpo
    return (own or system.targets.rpo).seconds


def archive_timeout(target: float) -> int:
    """After how many seconds a segment is closed, full or not, so that the RPO is kept."""
    return max(1, int(target * (1 - _PUSH)))


def declared(system: System) -> tuple[str, ...]:
    """The stores whose backup is declared, and that can be backed up."""
    return tuple(
        name
        for name, each in system.stores.items()
        if "backup" in each.model_fields_set and each.durable and each.engine in BACKED
    )


def problems(system: System) -> Iterator[Problem]:
    """What is wrong with a store's backup, each at its own place."""
    for name, each in system.stores.items():
        if "backup" not in each.model_fields_set:
            yield from _missing(system, name)
            continue
        try:
            found = of(system, name)
        except ValidationError as error:
            yield from (_problem(system, name, one) for one in error.errors())
            continue
        yield from _at_odds(system, name, found)


def _missing(system: System, store: str) -> Iterator[Problem]:
    """Only where the file itself lists R20: who promises nothing in particular is asked later."""
    each = system.stores[store]
    if REQUIREMENT not in (system.promises or ()) or not each.durable:
        return
    named = (store, system.name)
    if any(one.subject in named and one.requirement in _DATABASES for one in system.exceptions):
        return
    unbacked = f"except {_DATABASES[-1]} for it in exceptions, or write durable: false"
    yield Problem(
        "ST7105",
        system.place("stores", store),
        f"{store} has no backup, and {REQUIREMENT} is promised",
        f"write backup: {{}} to it, or {unbacked}" if each.engine in BACKED else unbacked,
    )


def _problem(system: System, store: str, error: Any) -> Problem:
    path = ("stores", store, "backup", *error["loc"])
    key = ".".join(str(each) for each in path)
    place = system.place(*path)
    if error["type"] == "extra_forbidden":
        known = "keep, schedule.full, schedule.differential, schedule.incremental and rpo"
        return Problem("ST7101", place, f"unknown key {key}", f"there are {known}")
    if error["type"] == KIND:
        return faulted(path, error["ctx"], system.place)
    told = str(error["msg"]).removeprefix("Value error, ")
    return Problem(
        "ST7101", place, f"{key}: {told[:1].lower()}{told[1:]}", "write a time such as 14d or 6h"
    )


def _at_odds(system: System, store: str, found: Policy) -> Iterator[Problem]:
    each = system.stores[store]
    place = system.place("stores", store, "backup")
    if each.engine not in BACKED:
        yield Problem(
            "ST7102",
            place,
            f"{store} is {each.engine}, of which seatrial takes no backup yet",
            f"delete stores.{store}.backup, and back it up by other means",
        )
    elif not each.durable:
        yield Problem(
            "ST7103",
            place,
            f"{store} has a backup and is not durable",
            "delete durable: false, or delete backup",
        )
    full = found.schedule.full.seconds
    if found.keep.seconds < full:
        yield Problem(
            "ST7104",
            place,
            f"{store} keeps backups for {found.keep} and takes a full one every"
            f" {found.schedule.full}",
            f"write keep: {found.schedule.full} or more, or schedule.full of {found.keep} or less",
        )
