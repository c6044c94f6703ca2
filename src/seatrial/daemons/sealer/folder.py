"""The folder in which bundles lie: which are whole, which are due, which are outdated.

A bundle is two files: LABEL.age, and LABEL.json, which tells of it. The first is there only when it
is whole and on the disk; the second comes before it, so that none is ever untold.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from seatrial.daemons.shared.disk import flushed

_PART = ".part"  # of names: not whole yet
_LABEL = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One that is kept.

    `made` and `took` are in seconds, `size` in bytes; `sha256` is that of its file, `content` that
    of what is in it. `damaged`: its file is not what it was.
    """

    label: str
    made: float
    took: float
    content: str
    sha256: str
    size: int
    damaged: bool = False


def label(made: float) -> str:
    """How it is called: by its instant, to the microsecond, so that no two are called alike."""
    return dt.datetime.fromtimestamp(made, dt.UTC).strftime(_LABEL)


def made_at(label: str) -> float:
    """When the bundle of that label was made. Raises ValueError."""
    return dt.datetime.strptime(label, _LABEL).replace(tzinfo=dt.UTC).timestamp()


def newest(held: Iterable[Bundle]) -> Bundle | None:
    """The newest that is what it was."""
    whole = (each for each in held if not each.damaged)
    return max(whole, key=lambda each: each.made, default=None)


def due(held: Iterable[Bundle], content: str, every: float, now: float) -> str:
    """Why another is due, in words; empty where none is. `content` is that of now."""
    last = newest(held)
    if last is None:
        return "there is none that is whole"
    if last.content != content:
        return "what is sealed has changed"
    return "the newest is too old" if now - last.made >= every else ""


def outdated(held: Iterable[Bundle], keep: float, now: float) -> tuple[Bundle, ...]:
    """What is removed: all that is older than `keep`, but never the newest that is whole."""
    every = tuple(held)
    last = newest(every)
    return tuple(each for each in every if each is not last and now - each.made > keep)


@dataclass(frozen=True, slots=True)
class Folder:
    """The repository. All raise OSError."""

    path: Path

    def file(self, name: str) -> Path:
        """The bundle of that label, whole or not there."""
        return self.path / f"{name}.age"

    def _told(self, name: str) -> Path:
        return self.path / f"{name}.json"

    def held(self) -> tuple[Bundle, ...]:
        """Those that are there, the oldest first; one whose file is not what it was is damaged.

        What tells of none, or tells nothing that can be read, is left out.
        """
        found = (self._held(each) for each in self.path.glob("*.json"))
        return tuple(sorted((each for each in found if each), key=lambda each: each.made))

    def _held(self, told: Path) -> Bundle | None:
        try:
            one = Bundle(**{**json.loads(told.read_text(encoding="utf-8")), "damaged": False})
            content = self.file(one.label).read_bytes()
        except (FileNotFoundError, ValueError, TypeError):
            return None
        whole = hashlib.sha256(content).hexdigest() == one.sha256
        return Bundle(**{**asdict(one), "damaged": not whole})

    def keep(self, content: str, made: float, took: float, sealed: bytes) -> Bundle:
        """Have one more there."""
        one = Bundle(
            label=label(made),
            made=made,
            took=took,
            content=content,
            sha256=hashlib.sha256(sealed).hexdigest(),
            size=len(sealed),
        )
        self._write(self._told(one.label), json.dumps(asdict(one)).encode())
        self._write(self.file(one.label), sealed)
        return one

    def _write(self, path: Path, content: bytes) -> None:
        draft = path.with_name(path.name + _PART)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        flushed(self.path)

    def remove(self, one: Bundle) -> None:
        """Remove one: first its file, so that none is ever untold."""
        self.file(one.label).unlink(missing_ok=True)
        self._told(one.label).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Have the folder, without what an earlier life has left half done."""
        self.path.mkdir(parents=True, exist_ok=True)
        for each in self.path.glob(f"*{_PART}"):
            each.unlink(missing_ok=True)
        for each in self.path.glob("*.json"):
            if not self.file(each.stem).exists():
                each.unlink(missing_ok=True)
