"""What people ordered of a store that moves, and what came of it: a line each, never changed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.app.files import FOLDER
from seatrial.contract.words import ago, duration
from seatrial.evidence.disk import appended, lines

BEGUN, ENDED = "begun", "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The orders of the system whose file lies in `folder`."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return self.folder / FOLDER / "orders.jsonl"

    def add(self, kind: str, entry: Mapping[str, Any]) -> None:
        """Keep one, synced, before or after it is carried out. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        appended(descriptor, {"is": kind, **entry})

    def told(self, store: str, now: float) -> str:
        """The newest order for a store and what came of it, as a sentence; empty where none was.

        Raises OSError.
        """
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        own = [each for each in lines(text) if each.get("store") == store]
        begun = [number for number, each in enumerate(own) if each["is"] == BEGUN]
        if not begun:
            return ""
        order, ends = own[begun[-1]], own[begun[-1] + 1 :]
        loss = order["accepted"]
        accepted = "" if loss is None else f", who accepted a loss of {duration(loss)}"
        who = f"{store} was ordered to {order['to']} {ago(now - order['at'])} by {order['by']}"
        return f"{who}{accepted}; {_end(ends[-1]) if ends else 'nobody saw the end of that'}"


def _end(entry: Mapping[str, Any]) -> str:
    if "failed" in entry:
        return str(entry["failed"])
    if entry["lost"] is None:
        return "what was lost nobody knows"
    return f"of the acknowledged writes {entry['lost']} were lost"
