"""The journal of an exercise that is held: one JSON object a line, each synced before the next.

There is one open journal of an exercise at most. Closed, it is renamed to its record's id.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.evidence.disk import synced

_OPEN, _CLOSED = ".open.jsonl", ".jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The open journal of the exercise `name`, in the folder of them all."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """Where it lies while the exercise is held."""
        return self.folder / f"{self.name}{_OPEN}"

    def begin(self, entry: Mapping[str, Any]) -> bool:
        """Make it with its first line; False where there is one already. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if self.entries():
                return False
            descriptor = os.open(self.path, os.O_WRONLY | os.O_TRUNC, 0o600)  # killed at once
        _append(descriptor, entry)
        synced(self.folder)
        return True

    def add(self, entry: Mapping[str, Any]) -> None:
        """One more line. Raises OSError."""
        _append(os.open(self.path, os.O_WRONLY | os.O_APPEND, 0o600), entry)

    def close(self, identity: str) -> None:
        """It is signed and kept: nothing is written to it any more."""
        self.path.rename(self.folder / f"{self.name}-{identity}{_CLOSED}")
        synced(self.folder)

    def entries(self) -> tuple[dict[str, Any], ...]:
        """All whole lines; a torn one was never written. None where nothing is open."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        found = []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # torn by a crash while it was written, or empty
            if isinstance(entry, dict) and "is" in entry:
                found.append(entry)
        return tuple(found)


def _append(descriptor: int, entry: Mapping[str, Any]) -> None:
    # a line that starts anew also ends one that a crash left torn
    data = f"\n{json.dumps(entry, sort_keys=True)}\n".encode()
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
