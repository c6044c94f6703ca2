"""The journal of an exercise that is held: one JSON object a line, each synced before the next.

There is one open journal of an exercise at most. Closed, it is renamed to its record's id.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.evidence.disk import appended, lines, synced

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
        appended(descriptor, entry)
        synced(self.folder)
        return True

    def add(self, entry: Mapping[str, Any]) -> None:
        """One more line. Raises OSError."""
        appended(os.open(self.path, os.O_WRONLY | os.O_APPEND, 0o600), entry)

    def close(self, identity: str) -> None:
        """It is signed and kept: nothing is written to it any more."""
        self.path.rename(self.folder / f"{self.name}-{identity}{_CLOSED}")
        synced(self.folder)

    def entries(self) -> tuple[dict[str, Any], ...]:
        """All whole lines; a torn one was never written. None where nothing is open."""
        try:
            return lines(self.path.read_text(encoding="utf-8", errors="replace"))
        except FileNotFoundError:
            return ()
