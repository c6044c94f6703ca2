"""An append-only file of JSON lines that survives kill -9 and a full disk.

A record counts only when its whole line, newline included, is on the disk: `append` returns after
fsync. A line torn by a crash is cut off when the file is opened again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.shared.disk import flushed
from seatrial.daemons.shared.errors import StartError


class JournalError(StartError):
    """The journal cannot be opened; the message says where, why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record lies in the file: `offset` and `length` in bytes, newline included."""

    offset: int
    length: int


class Journal:
    """One open journal. Its file is locked: a second process cannot write into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn_bytes = 0  # cut off the end when the file was opened
        self.unreadable_lines = 0  # whole lines that are no JSON object, met by `records`
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"{path}: cannot be opened: {error.strerror}; give a writable --journal"
            raise JournalError(message) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._fd)
            message = f"{path}: another process writes it; stop that one or give another --journal"
            raise JournalError(message) from error
        self._end = self._cut_torn_line()
        flushed(path.parent)

    @property
    def size(self) -> int:
        """Bytes of whole records."""
        return self._end

    def append(self, record: Mapping[str, object]) -> Place:
        """Write one record and wait until the disk has it.

        Raises OSError when it could not be written; the file is then as before.
        """
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        start = self._end
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(self._fd, line[written:], start + written)
            os.fsync(self._fd)
        except OSError:
            os.ftruncate(self._fd, start)
            raise
        self._end = start + len(line)
        return Place(offset=start, length=len(line))

    def read(self, place: Place) -> dict[str, Any]:
        """Give the record at `place`, as `append` or `records` named it."""
        found = json.loads(os.pread(self._fd, place.length, place.offset))
        return found if isinstance(found, dict) else {}

    def records(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Give every record from the oldest on, one at a time: the file may be large."""
        offset = 0
        with self.path.open("rb") as file:
            for line in file:
                place = Place(offset=offset, length=len(line))
                offset += len(line)
                try:
                    found = json.loads(line)
                except ValueError:
                    found = None
                if isinstance(found, dict):
                    yield place, found
                else:
                    self.unreadable_lines += 1

    def close(self) -> None:
        """Close the file and give up its lock."""
        os.close(self._fd)

    def _cut_torn_line(self) -> int:
        size = os.fstat(self._fd).st_size
        end = size
        while end > 0:
            start = max(0, end - 65536)
            newline = os.pread(self._fd, end - start, start).rfind(b"\n")
            if newline >= 0:
                end = start + newline + 1
                break
            end = start
        if end < size:
            self.torn_bytes = size - end
            os.ftruncate(self._fd, end)
            os.fsync(self._fd)
        return end
