"""What a plan says of a service's files besides."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups import plan

OWN = ".seatrial"  # beside the folders that are kept: ours
OUT = f"{OWN}/out"  # what the command of a backup puts out
WRITTEN = f"{OWN}/kept"  # what is written so that a drill can see what a backup holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two commands: what puts the data out, and what makes a copy's data of that."""

    backup: str
    restore: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(plan.Plan):
    """`place` is the service's folder, which has `kept` folders; `folders` of them are copied.

    Commands, of a `pair` and of invariants, run in the folder `system`, for `within` seconds at
    most. Snapshots are kept for `keep` seconds in `repository`, whose password is in a file, as
    the secret `secret`.
    """

    place: Path
    kept: tuple[str, ...]
    folders: tuple[str, ...]
    pair: Pair | None
    system: Path
    within: float
    repository: Path
    password: Path
    secret: str
    keep: float


def words(command: str, place: Path) -> tuple[str, ...]:
    """A command as it is run for the files in a place: the service's own, or a copy."""
    return tuple(
        each.replace("${place}", str(place)).replace("${out}", str(place / OUT))
        for each in shlex.split(command)
    )


def read(found: Mapping[str, Any]) -> Plan:
    """Read a plan. Raises KeyError, TypeError, ValueError and AttributeError."""
    pair = found["pair"]
    return Plan(
        **plan.common(found),
        place=Path(found["place"]),
        kept=tuple(str(each) for each in found["kept"]),
        folders=tuple(str(each) for each in found["folders"]),
        pair=Pair(backup=str(pair["backup"]), restore=str(pair["restore"])) if pair else None,
        system=Path(found["system"]),
        within=float(found["within"]),
        repository=Path(found["repository"]),
        password=Path(found["password"]),
        secret=str(found["secret"]),
        keep=float(found["keep"]),
    )
