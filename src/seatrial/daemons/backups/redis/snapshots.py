"""What lies in the repository of a Redis store, and what of it is kept. Pure but for its files.

A snapshot is two files: LABEL.rdb, and LABEL.json, which tells of it. The first is there only when
it is whole, checked and on the disk; the second comes before it, so that none is ever untold.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.shared.disk import flushed

PART = "part"  # of names: not whole yet
FIRST = "main"  # the history before any restore in place
_HOUR, _DAY = 3600.0, 86_400.0
# Older than the first, of each of the second only the newest is kept: each is all of a store.
_THINNED = ((_DAY, _DAY), (2 * _HOUR, _HOUR))
_MADE = re.compile(r"AUX FIELD ctime = '(\d+)'")
_KEYS = re.compile(r"^\[info\] (\d+) keys read$", re.MULTILINE)
_CLOCK = 1.0  # seconds: an RDB file tells when it was begun in whole ones
Row = tuple[int, float, float]  # its number, when it was sent, when acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One. Instants are in seconds since the epoch, sizes in bytes.

    `made` is when Redis began to write it, to the second: it holds all that was acknowledged
    before `since`, and nothing that was sent after `until`. `rows` were written meanwhile. It is of
    the store's `history`. `stored` is what it takes in a repository that does not keep it as it is.
    """

    label: str
    began: float
    ended: float
    made: float
    size: int
    keys: int
    rows: tuple[Row, ...] = ()
    history: str = FIRST
    stored: int = 0

    @property
    def since(self) -> float:
        """Before this all that was acknowledged is in it: the server forks, then tells the time."""
        return self.made - _CLOCK

    @property
    def until(self) -> float:
        """Nothing that was sent after this is in it."""
        return self.made + _CLOCK

    def backup(self, *, stored: int, damaged: bool, until: float | None) -> Backup:
        """As every product's backups are told. Its history went on `until` then."""
        return Backup(
            label=self.label,
            kind="full",
            began=self.began,
            ended=self.ended,
            size=self.size,
            copied=self.size,
            stored=stored,
            damaged=damaged,
            moment=self.until,
            history=self.history,
            until=until,
        )


def checked(told: str) -> tuple[float, int]:
    """When it was made and how many keys it holds, as redis-check-rdb tells. Raises ValueError."""
    made, keys = _MADE.search(told), _KEYS.search(told)
    if made is None or keys is None:
        raise ValueError("redis-check-rdb does not tell when the file was made")
    return float(made[1]), int(keys[1])


def label(made: float) -> str:
    """How it is called."""
    return dt.datetime.fromtimestamp(made, dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def outdated(
    held: Iterable[Snapshot], keep: float, now: float, ends: Mapping[str, float | None]
) -> tuple[Snapshot, ...]:
    """What is removed, of each history by itself: none counts for another.

    The newest of a history says what the store had until that ended, and goes when that was longer
    ago than `keep`; that of the one which goes on, whose end is None, is never removed.
    """
    gone: list[Snapshot] = []
    of: dict[str, list[Snapshot]] = {}
    for each in held:
        of.setdefault(each.history, []).append(each)
    for history, every in of.items():
        gone += _outdated(every, keep, now)
        end = ends[history]
        if end is not None and now - end > keep:
            gone.append(max(every, key=lambda each: each.made))
    return tuple(sorted(gone, key=lambda each: each.made))


def _outdated(held: Iterable[Snapshot], keep: float, now: float) -> tuple[Snapshot, ...]:
    """What is older than `keep`, and all but the newest of an older hour or day.

    These are the clock's, in UTC: counted back from `now` they would go on with it, and whatever
    is next to grow old would drive out what is. The newest of all is not among them.
    """
    every = sorted(held, key=lambda each: each.made)
    gone, kept = [], set[tuple[float, int]]()
    for each in reversed(every[:-1]):
        age = now - each.made
        span = next((span for older, span in _THINNED if age > older), 0.0)
        own = (span, int(each.made // span)) if span else None
        if age > keep or own in kept:
            gone.append(each)
        elif own is not None:
            kept.add(own)
    return tuple(reversed(gone))


@dataclass(frozen=True, slots=True)
class Folder:
    """The repository."""

    path: Path

    def file(self, name: str) -> Path:
        """The snapshot of that label, whole or not there."""
        return self.path / f"{name}.rdb"

    def _told(self, name: str) -> Path:
        return self.path / f"{name}.json"

    @property
    def part(self) -> Path:
        """What is being taken."""
        return self.path / f"taking.rdb.{PART}"

    def held(self) -> tuple[Snapshot, ...]:
        """Those that are whole, the oldest first. Raises OSError and ValueError."""
        found = [
            parsed(json.loads(each.read_text(encoding="utf-8")))
            for each in self.path.glob("*.json")
            if self.file(each.stem).exists()
        ]
        return tuple(sorted(found, key=lambda each: each.made))

    def backup(self, each: Snapshot, until: float | None = None) -> Backup:
        """As every product's backups are told; damaged: its file is not as long as it was.

        Its history went on `until` then.
        """
        there = 0
        with contextlib.suppress(OSError):
            there = self.file(each.label).stat().st_size
        return each.backup(stored=there, damaged=there != each.size, until=until)

    def keep(self, each: Snapshot, part: Path | None = None) -> None:
        """Have it there, of the file `part`, or told anew. Raises OSError."""
        text = json.dumps(asdict(each))
        draft = self.path / f"{each.label}.json.{PART}"
        draft.write_text(text, encoding="utf-8")
        flushed(draft)
        draft.replace(self._told(each.label))
        if part is not None:
            flushed(part)
            part.replace(self.file(each.label))
        flushed(self.path)

    def remove(self, each: Snapshot) -> None:
        """Remove it: first the file, so that none is ever untold. Raises OSError."""
        self.file(each.label).unlink(missing_ok=True)
        self._told(each.label).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Have the folder, without what an earlier life has left half done. Raises OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        for each in self.path.glob(f"*.{PART}"):
            each.unlink(missing_ok=True)


def parsed(found: Mapping[str, Any]) -> Snapshot:
    """A snapshot of its own words; what others say besides is left. Raises ValueError."""
    try:
        rows = tuple((int(n), float(sent), float(seen)) for n, sent, seen in found["rows"])
        known = {each.name: found[each.name] for each in fields(Snapshot) if each.name in found}
        return Snapshot(**{**known, "rows": rows})
    except (KeyError, TypeError) as error:
        raise ValueError(f"a snapshot's own words cannot be read: {error!r}") from error
