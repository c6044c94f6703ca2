"""Requests on disk: one file each, whole or not there."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_WHOLE = ".request"
_HALF = ".half"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A request as it came: where to, with which headers and body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Spool:
    """A folder of requests; nothing else writes there."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; a file that was being written when an earlier life ended is removed."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob(f"*{_HALF}"):
            half.unlink()
        last = max((int(each.stem) for each in folder.glob(f"*{_WHOLE}")), default=0)
        self._numbers = itertools.count(last + 1)

    def put(self, kept: Kept) -> Path:
        """Write it; the file's path is its name from now on. Raises OSError."""
        path = self._folder / f"{next(self._numbers):012d}{_WHOLE}"
        half = path.with_suffix(_HALF)
        head = json.dumps({"path": kept.path, "headers": dict(kept.headers)}).encode()
        try:
            half.write_bytes(head + b"\n" + kept.body)
            half.rename(path)
        except OSError:
            half.unlink(missing_ok=True)  # half a request on a full disk helps nobody
            raise
        return path

    def read(self, path: Path) -> Kept:
        """What was put there. Raises OSError, ValueError."""
        head, _, body = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        return Kept(path=told["path"], headers=told["headers"], body=body)

    def drop(self, path: Path) -> None:
        """It is no longer needed."""
        path.unlink(missing_ok=True)

    def left(self) -> Iterator[Path]:
        """What an earlier life has left, the oldest first."""
        yield from sorted(self._folder.glob(f"*{_WHOLE}"))
