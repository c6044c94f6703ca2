"""What a store's or service's `backup` says: how often, how long kept, how much may be lost."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial.contract.bounds import between
from seatrial.system import regions
from seatrial.system.model import Service, Store, System
from seatrial.system.problem import Problem
from seatrial.system.translate import misset
from seatrial.system.units import Duration

REQUIREMENT = "R20"
_DATABASES = (REQUIREMENT, f"{REQUIREMENT}.1")
_PUSH = 0.2  # the share of the RPO that is left for what is due to reach the repository
_SOONEST = 60.0  # seconds between two snapshots: each makes the server fork and send all it holds


_Verify = Annotated[
    Duration,
    between("1h", "90d"),
    Field(
        description="All that lies there is read and held against its checksums this often.",
        default_factory=lambda: Duration.parse("1d"),
    ),
]


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
    verify: _Verify


class Snapshots(BaseModel):
    """How long after the last one a snapshot is due: nothing but snapshots can be restored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    full: Annotated[Duration, between("1m", "7d")] | None = Field(
        default=None, description="A snapshot is taken this often; four fifths of the RPO."
    )
    verify: _Verify


class Policy(BaseModel):
    """How a store is backed up: what is the same for every product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: Annotated[
        Duration,
        between("1d", "3650d"),
        Field(
            description="How far back a restore can reach.",
            default_factory=lambda: Duration.parse("14d"),
        ),
    ]
    rpo: Annotated[Duration, between("30s", "24h")] | None = Field(
        default=None, description="How much written data may be lost; targets.rpo by default."
    )
    also_in: str = Field(
        default="",
        description="A second region, where all of it lies once more, encrypted.",
        examples=["us"],
    )


class Logged(Policy):
    """Of a store whose log is archived."""

    schedule: Schedule = Field(
        default_factory=lambda: Schedule.model_validate({}),
        description="How often backups are taken.",
        examples=[{"full": "7d"}],
    )


class Snapped(Policy):
    """Of a store of which snapshots are taken."""

    schedule: Snapshots = Field(
        default_factory=lambda: Snapshots.model_validate({}),
        description="How often snapshots are taken.",
        examples=[{"full": "1h"}],
    )


class Copied(Snapped):
    """Of the files that a service keeps; commands stand for what may not be copied as it is."""

    files: tuple[str, ...] | None = Field(
        default=None,
        description="Folders that are copied as they are: all, or none where there are commands.",
        examples=[["uploads"]],
    )
    backup: str = Field(
        default="",
        description="Command that puts the data into the empty folder `${out}`.",
        examples=["sh dump.sh ${out}"],
    )
    restore: str = Field(
        default="",
        description="Command that makes a copy's data of what is in `${out}`.",
        examples=["sh load.sh ${out}"],
    )
    within: Annotated[
        Duration,
        between("1s", "12h"),
        Field(
            description="How long each of these commands, and an invariant's, may run.",
            default_factory=lambda: Duration.parse("10m"),
        ),
    ]


_KINDS = ("full", "differential", "incremental")
LOGGED = "postgres"  # the product whose log is archived
FILES = "files"  # what stands for the product of a service that keeps files
# by the products of which there is a way to back them up
BACKED: Mapping[str, type[Logged | Snapped]] = {LOGGED: Logged, "redis": Snapped}


def of(system: System, name: str) -> Logged | Snapped:
    """The policy of a store or service. Raises pydantic's ValidationError, which is told."""
    return _policy(system, name).model_validate(dict(kept(system, name).backup))


def of_files(system: System, service: str) -> Copied:
    """The policy of a service's files. Raises pydantic's ValidationError, which is told."""
    return Copied.model_validate(dict(system.services[service].backup))


def kept(system: System, name: str) -> Store | Service:
    """What is backed up under that name."""
    return system.stores[name] if name in system.stores else system.services[name]


def path(system: System, name: str) -> tuple[str, str]:
    """Where the file says so."""
    return ("stores" if name in system.stores else "services", name)


def product(system: System, name: str) -> str:
    """Whose way of backing up is taken."""
    return system.stores[name].engine if name in system.stores else FILES


def _policy(system: System, name: str) -> type[Logged | Snapped]:
    return BACKED.get(product(system, name), Logged) if name in system.stores else Copied


def schedule(system: System, store: str) -> Mapping[str, float]:
    """How often each kind of backup is due, in seconds."""
    found = of(system, store).schedule
    if isinstance(found, Schedule):
        return {kind: getattr(found, kind).seconds for kind in _KINDS}
    own = found.full.seconds if found.full else max(_SOONEST, rpo(system, store) * (1 - _PUSH))
    return {"full": own}


def verify(system: System, store: str) -> float:
    """How often all that lies in a repository of it is read, in seconds."""
    return of(system, store).schedule.verify.seconds


def elsewhere(system: System, store: str) -> tuple[str, ...]:
    """The other regions in which a store's backups lie, too."""
    found = of(system, store).also_in
    return (found,) if found else ()


def rpo(system: System, store: str) -> float:
    """How much written data may be lost, in seconds."""
    own = of(system, store).rpo
    return (own or system.targets.rpo).seconds


def archive_timeout(target: float) -> int:
    """After how many seconds a segment is closed, full or not, so that the RPO is kept."""
    return max(1, int(target * (1 - _PUSH)))


def declared(system: System) -> tuple[str, ...]:
    """The stores and services whose backup is declared, and that can be backed up."""
    stores = (
        name
        for name, each in system.stores.items()
        if "backup" in each.model_fields_set and each.durable and each.engine in BACKED
    )
    services = (name for name, each in system.services.items() if "backup" in each.model_fields_set)
    return (*stores, *services)


def problems(system: System) -> Iterator[Problem]:
    """What is wrong with a store's backup, each at its own place."""
    for name, each in system.stores.items():
        if "backup" not in each.model_fields_set:
            yield from _missing(system, name)
            continue
        try:
            found = of(system, name)
        except ValidationError as error:
            yield from (misread(system, name, one) for one in error.errors())
            continue
        yield from _at_odds(system, name, found)


def _missing(system: System, store: str) -> Iterator[Problem]:
    """Only where the file itself lists R20: who promises nothing in particular is asked later."""
    each = system.stores[store]
    if not each.durable or not asked(system, store, _DATABASES):
        return
    unbacked = f"except {_DATABASES[-1]} for it in exceptions, or write durable: false"
    yield Problem(
        "ST7105",
        system.place("stores", store),
        f"{store} has no backup, and {REQUIREMENT} is promised",
        f"write backup: {{}} to it, or {unbacked}" if each.engine in BACKED else unbacked,
    )


def asked(system: System, name: str, requirements: tuple[str, ...]) -> bool:
    """Whether the file promises that it is backed up, and excepts it from none of these."""
    named = (name, system.name)
    excepted = (
        each.subject in named and each.requirement in requirements for each in system.exceptions
    )
    return REQUIREMENT in (system.promises or ()) and not any(excepted)


_OWN: Mapping[type[Policy], tuple[str, ...]] = {
    Copied: ("files", "backup", "restore", "within"),
}


def misread(system: System, name: str, error: Any) -> Problem:
    """What pydantic says of a policy."""
    own = _policy(system, name)
    kinds: Any = own.model_fields["schedule"].annotation
    more = _OWN.get(own, ())
    known = ", ".join(
        ("keep", *(f"schedule.{kind}" for kind in kinds.model_fields), "rpo", "also_in", *more)
    )
    return misset(
        error,
        (*path(system, name), "backup"),
        system.place,
        unknown=("ST7101", f"there are {known}"),
        wrong=("ST7101", "write a time such as 14d or 6h"),
        model=own,
    )


def _at_odds(system: System, store: str, found: Logged | Snapped) -> Iterator[Problem]:
    each = system.stores[store]
    place = system.place("stores", store, "backup")
    if each.engine not in BACKED:
        yield Problem(
            "ST7102",
            place,
            f"{store} is {each.engine}, of which seatrial takes no backup yet",
            f"delete stores.{store}.backup, and back it up by other means; where you run it as a"
            " service, by its keeps, with the commands backup.backup and backup.restore",
        )
    elif not each.durable:
        yield Problem(
            "ST7103",
            place,
            f"{store} has a backup and is not durable",
            "delete durable: false, or delete backup",
        )
    yield from outlived(system, store, found)
    yield from beside_home(system, store, found)
    if isinstance(found, Snapped):
        yield from apart(system, store)
        yield from _of_commands(system, store)


def outlived(system: System, name: str, found: Logged | Snapped) -> Iterator[Problem]:
    """A restore needs a full backup before its moment."""
    full = schedule(system, name)["full"]
    if found.keep.seconds < full:
        every = found.schedule.full or f"{full:.0f}s"
        yield Problem(
            "ST7104",
            system.place(*path(system, name), "backup"),
            f"{name} keeps backups for {found.keep} and takes a full one every {every}",
            f"write keep: {every} or more, or schedule.full of {found.keep} or less",
        )


def beside_home(system: System, store: str, found: Policy) -> Iterator[Problem]:
    """What lies in another region as well lies in one that is run, and is not home."""
    wanted = found.also_in
    first, *others = regions.spread(system)
    keeper = kept(system, store)
    own = regions.of(keeper, (first, *others))[0] if isinstance(keeper, Service) else first
    if not wanted or (wanted in others and wanted != own):
        return
    if wanted == first:
        told, cure = f"{store} is backed up in {wanted} anyway: it is home", "name another region"
    elif wanted == own:
        told, cure = f"{store} runs in {wanted}, and keeps its files there", "name another region"
    elif wanted not in system.regions:
        told, cure = f"{wanted} is no region", f"declare it under regions{_or(others)}"
    else:
        told = f"the region {wanted} is not run, so that nothing can lie there"
        cure = f"promise {regions.JOINED}, and take outside off it{_or(others)}"
    yield Problem("ST7108", system.place(*path(system, store), "backup", "also_in"), told, cure)


def _or(others: Iterable[str]) -> str:
    known = ", ".join(others)
    return f", or write one of those that are run: {known}" if known else ""


def apart(system: System, name: str) -> Iterator[Problem]:
    """What is written between two snapshots is lost."""
    every, target = schedule(system, name)["full"], rpo(system, name)
    if every >= target:
        yield Problem(
            "ST7106",
            system.place(*path(system, name), "backup"),
            f"a snapshot of {name} is taken every {every:.0f} s, and {target:.0f} s may be lost",
            f"take one more often than every {target:.0f} s, or allow for a greater rpo",
        )


def _of_commands(system: System, store: str) -> Iterator[Problem]:
    for name, command in system.stores[store].invariants.items():
        try:
            shlex.split(command)
        except ValueError as error:
            yield Problem(
                "ST7107",
                system.place("stores", store, "invariants", name),
                f"{store}'s invariant {name} is no command of Redis: {str(error).lower()}",
                "write a command that answers 1 while it holds, such as EXISTS runs",
            )
