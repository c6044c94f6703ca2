"""What a plan says of a service's files besides."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups import plan
from seatrial.daemons.backups.far import Far
from seatrial.daemons.backups.files.away import Away
from seatrial.daemons.backups.files.home import Home
from seatrial.daemons.backups.files.repository import Repository

OWN = ".seatrial"  # beside the folders that are kept: ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two commands: what puts the data out, and what makes a copy's data of that."""

    backup: str
    restore: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(plan.Plan):
    """`place` is the service's folder, which has `kept` folders; `folders` of them are copied.

    Commands, of a `pair` and of invariants, run in the folder `system`, for `within` seconds at
    most. Snapshots are kept for `keep` seconds in the `repository`.
    """

    place: Path
    kept: tuple[str, ...]
    folders: tuple[str, ...]
    pair: Pair | None
    system: Path
    within: float
    repository: Repository
    keep: float

    @property
    def own(self) -> str:
        """Beside the folders that are kept: ours alone, since others copy the same ones."""
        return f"{OWN}/in-{self.region}" if self.region else OWN

    @property
    def out(self) -> str:
        """What the command of a backup puts out, and that of a restore finds."""
        return f"{self.own}/out"

    @property
    def written(self) -> str:
        """What is written so that a drill can see what a backup holds."""
        return f"{self.own}/kept"

    def words(self, command: str, place: Path) -> tuple[str, ...]:
        """A command as it is run for the files in a place: the service's own, or a copy."""
        return tuple(
            each.replace("${place}", str(place)).replace("${out}", str(place / self.out))
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
        repository=_repository(found),
        keep=float(found["keep"]),
    )


def _repository(found: Mapping[str, Any]) -> Repository:
    folder, keep_s = Path(found["repository"]), float(found["keep"])
    if far := found["far"]:
        return Away(far=Far.read(far, str(found["store"]), folder), keep_s=keep_s)
    return Home.at(folder, Path(found["password"]), str(found["secret"]), keep_s)
