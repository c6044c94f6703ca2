"""One piece of work at a time, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

RUNNING, DONE, FAILED = "running", "done", "failed"
BROKEN_OFF = "it was broken off"


@dataclass(kw_only=True)
class Work:
    """A backup, a restore, a removal or a drill. Instants are in seconds since the epoch."""

    kind: str
    about: Mapping[str, Any]
    clock: Callable[[], float] = time.time
    state: str = RUNNING
    began: float = 0.0
    ended: float | None = None
    steps: list[tuple[str, float]] = field(default_factory=list)
    error: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """It begins now."""
        self.began = self.clock()

    def step(self, name: str) -> None:
        """What is being done from now on."""
        self.steps.append((name, self.clock()))

    def end(self, error: str = "") -> None:
        """It is over: well, or for the reason given."""
        self.state = FAILED if error else DONE
        self.error, self.ended = error, self.clock()

    def told(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "kind": self.kind,
            "about": dict(self.about),
            "state": self.state,
            "began": self.began,
            "ended": self.ended,
            "steps": [{"name": name, "at": at} for name, at in self.steps],
            "error": self.error,
            "result": self.result,
        }
