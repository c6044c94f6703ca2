"""What is known of each snapshot of a service's files besides what restic says of it.

A note is a file beside restic's repository, written when its snapshot is there. A snapshot without
one was broken off, and counts for nothing; a note without its snapshot does not, either.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.shared.disk import flushed

_PART = ".part"
_OF_NOTES = ".json"
_SPOILED = "spoiled"  # the packs that were found damaged, until they are right or gone
_SHORT = 8  # characters of a label: as restic shows it
Row = tuple[int, float, float]  # its number, when it was begun, when it was there


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One snapshot. Instants are in seconds since the epoch, sizes in bytes.

    It holds each file as it was at some time from `since` to `ended`; `began` is when the backup
    began. `gone` files were deleted meanwhile. It is the backup of that `number` in its repository;
    0 where nobody has counted. `packs` are how many there were in the repository
    when all was done, their bytes, and when that was; None while it was not. `rows` were written
    meanwhile.
    """

    id: str
    began: float
    since: float
    ended: float
    size: int
    added: int
    files: int
    gone: int
    number: int = 0
    packs: tuple[int, int, float] | None = None
    rows: tuple[Row, ...] = ()

    @property
    def label(self) -> str:
        """How it is called."""
        return self.id[:_SHORT]


@dataclass(frozen=True, slots=True)
class Notes:
    """A folder of them. All raise OSError, `all` ValueError, too."""

    path: Path

    def all(self) -> tuple[Note, ...]:
        """Every one, the oldest first; a folder that cannot be read is no empty one."""
        found = [
            parsed(json.loads(each.read_text(encoding="utf-8")))
            for each in self.path.iterdir()  # `glob` would find none in it
            if each.suffix == _OF_NOTES
        ]
        return tuple(sorted(found, key=lambda each: each.ended))

    def keep(self, each: Note) -> None:
        """Have it there, or told anew."""
        self._written(f"{each.id}{_OF_NOTES}", json.dumps(asdict(each)))

    def remove(self, each: Note) -> None:
        """Its snapshot is gone."""
        (self.path / f"{each.id}{_OF_NOTES}").unlink(missing_ok=True)

    def spoiled(self) -> frozenset[str]:
        """The packs that were found damaged."""
        try:
            return frozenset((self.path / _SPOILED).read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return frozenset()

    def spoil(self, names: Iterable[str]) -> None:
        """These are, and no others."""
        self._written(_SPOILED, "\n".join(sorted(names)))

    def tidy(self) -> None:
        """Have the folder, without what an earlier life has left half done."""
        self.path.mkdir(parents=True, exist_ok=True)
        for each in self.path.glob(f"*{_PART}"):
            each.unlink(missing_ok=True)

    def _written(self, name: str, text: str) -> None:
        draft = self.path / f"{name}{_PART}"
        draft.write_text(text, encoding="utf-8")
        flushed(draft)
        draft.replace(self.path / name)
        flushed(self.path)


def parsed(found: Mapping[str, Any]) -> Note:
    """A note of its own words; what another version says besides is left. Raises ValueError."""
    try:
        rows = tuple((int(n), float(began), float(there)) for n, began, there in found["rows"])
        packs = tuple(found["packs"]) if found["packs"] else None
        known = {each.name: found[each.name] for each in fields(Note) if each.name in found}
        return Note(**{**known, "rows": rows, "packs": packs})
    except (KeyError, TypeError) as error:
        raise ValueError(f"a snapshot's own words cannot be read: {error!r}") from error


async def written(act: Callable[..., None], *given: object) -> None:
    """Have it done to what lies in the repository. Raises CommandError."""
    try:
        await asyncio.to_thread(act, *given)
    except OSError as error:
        raise CommandError(f"the repository cannot be written to: {error}") from error
