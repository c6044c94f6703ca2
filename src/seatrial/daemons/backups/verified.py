"""What was found when all that lies in a repository was read, and when that is due again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.shared.disk import written

_FILE = ".verified"  # beside the copies, whose folder outlives the daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Of so many `files` these are `damaged`, by their names in the repository.

    `rotten` are the labels of the backups that need one of them, as far as it is known.
    """

    files: int
    damaged: tuple[str, ...] = ()
    rotten: tuple[str, ...] = ()


class Record:
    """When it was read last, `ended`, and what was `found`; it outlives the daemon.

    Before the first time `found` is None, and `ended` is when somebody began to look after it.
    """

    def __init__(self, folder: Path, now: float) -> None:
        """What an earlier life of the daemon has kept."""
        self._path = folder / _FILE
        self.ended = now
        self.found: Found | None = None
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self.found = _found(kept["found"])
            self.ended = float(kept["ended"])
        except (OSError, ValueError, KeyError, TypeError):  # not there, or not whole: read anew
            self.ended, self.found = now, None

    def begin(self) -> None:
        """It is looked after from now on, where it has not been. Raises OSError."""
        if self.found is None:
            self._write()

    def keep(self, found: Found, ended: float) -> None:
        """It was read to its end. Raises OSError."""
        self.found, self.ended = found, ended
        self._write()

    def _write(self) -> None:
        found = asdict(self.found) if self.found is not None else None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written(self._path, json.dumps({"ended": self.ended, "found": found}))

    def due(self, every: float, now: float) -> bool:
        """Whether it is time to read it; what nobody has ever read is at once."""
        return self.found is None or now - self.ended >= every

    def marked(self, held: Iterable[Backup]) -> tuple[Backup, ...]:
        """The same, with those that are rotten told so.

        What was taken since it was read may rest on what was found so: another full one does not.
        """
        rotten = frozenset(self.found.rotten if self.found is not None else ())
        fulls = {_full(each) for each in rotten}

        def is_rotten(each: Backup) -> bool:
            return each.label in rotten or (each.ended > self.ended and _full(each.label) in fulls)

        return tuple(replace(each, rotten=is_rotten(each)) for each in held)


def _found(kept: Mapping[str, Any] | None) -> Found | None:
    if kept is None:
        return None
    return Found(
        files=int(kept["files"]),
        damaged=tuple(kept["damaged"]),
        rotten=tuple(kept["rotten"]),
    )


def _full(label: str) -> str:
    """The full backup that one rests on: pgBackRest's labels begin with it."""
    return label.partition("_")[0]
