"""The journal of faults: each undo is on disk before its fault is carried out.

One JSON object a line, appended and fsynced. A fault without a closing line is still in place;
a torn last line belongs to a fault that never happened.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Journal:
    """An append-only file of faults and their undos."""

    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, identity: str, what: str, undo: Mapping[str, Any]) -> None:
        """Note how to undo a fault that is about to be carried out. Raises OSError."""
        self._append({"id": identity, "what": what, "undo": dict(undo)})

    def close(self, identity: str) -> None:
        """Note that a fault was undone."""
        self._append({"id": identity, "done": True})

    def pending(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """(id, what, undo) of each fault that is in place, the newest first."""
        found: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
        for entry in self._entries():
            if entry.get("done"):
                found.pop(entry["id"], None)
            else:
                found[entry["id"]] = (entry["id"], entry["what"], entry["undo"])
        return list(reversed(found.values()))

    def find(self, identity: str) -> Mapping[str, Any] | None:
        """The undo of a fault that is in place."""
        return next((undo for each, _, undo in self.pending() if each == identity), None)

    def _entries(self) -> list[dict[str, Any]]:
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # torn by a crash while it was written
            if isinstance(entry, dict) and "id" in entry:
                found.append(entry)
        return found

    def _append(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                # a line that starts anew also ends one that a crash left torn
                _write(descriptor, ("\n" + line).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    """All of it. A disk that is nearly full takes a part and says so at the next try only."""
    while data:
        data = data[os.write(descriptor, data) :]
