"""How much each replica has written, as its files tell it: what the store is held against.

Only names, lengths and instants are read, never a line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_OLDER = 3  # files that were rotated away and are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The files of `replicas` in `folder`, each `NAME.NUMBER.log`."""

    folder: Path
    replicas: tuple[tuple[str, int], ...]

    @classmethod
    def told(cls, folder: Path, file: Path) -> Streams:
        """Those that a file names: a list of [name, number]. Raises OSError, ValueError."""
        named = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            folder=folder, replicas=tuple((str(name), int(number)) for name, number in named)
        )

    def lengths(self, now: float) -> list[Mapping[str, object]]:
        """Of each replica `bytes`, and the instant and `age` of the last one in seconds.

        `bytes` is None where there is no file, `written` and `age` where nothing is in it. `now` is
        in seconds since the epoch.
        """
        return [self._length(name, number, now) for name, number in self.replicas]

    def _length(self, name: str, number: int, now: float) -> Mapping[str, object]:
        newest = self.folder / f"{name}.{number}.log"
        files = (newest, *(Path(f"{newest}.{each}") for each in range(1, _OLDER + 1)))
        found = [each for file in files if (each := _stat(file)) is not None]
        filled = [at for size, at in found if size]
        written = max(filled, default=None)
        return {
            "service": name,
            "replica": number,
            "bytes": sum(size for size, _ in found) if found else None,
            "written": written,
            "age": None if written is None else max(0.0, now - written),
        }


def _stat(file: Path) -> tuple[int, float] | None:
    """A file's length and when it was written; None where it is not there, or not for us."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime
