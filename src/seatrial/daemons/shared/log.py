"""JSON lines on standard output, one an event, for the log pipeline of the system."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where a daemon says what it does.

    `daemon` is its name, `stream` takes the lines, `clock` gives epoch seconds. `about` are fields
    of each line.
    """

    daemon: str
    stream: TextIO
    clock: Callable[[], float]
    about: Mapping[str, object] = field(default_factory=dict)

    def info(self, event: str, **fields: object) -> None:
        """Write what normally happens."""
        self._write("info", event, fields)

    def fault(self, event: str, **fields: object) -> None:
        """Write what somebody should look at."""
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        line = {"ts": round(self.clock(), 6), "level": level, "daemon": self.daemon, "event": event}
        # `line` last: a field can never hide who wrote it and when.
        self.stream.write(json.dumps({**self.about, **fields, **line}, default=str) + "\n")
        self.stream.flush()


class _Bridge(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        fields = {"logger": record.name, "message": record.getMessage(), "trace": trace}
        self._log.fault("library", **fields)


def take_library_logs(log: Log) -> None:
    """Send the warnings and errors of libraries through `log`, one JSON line each."""
    logging.getLogger().addHandler(_Bridge(log))
