"""Structured logs: one JSON object a line on stdout."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request (api) or of the run (worker) that is being served.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_QUIET = {
    # Each failed attempt of an outage; health.py logs the change of state once.
    "psycopg.pool": logging.ERROR,
    "psycopg": logging.ERROR,
    # The api writes its own access log, with the request id.
    "uvicorn.access": logging.WARNING,
}


class JsonFormatter(logging.Formatter):
    """ts, level, msg, service, request_id and whatever `extra={"fields": {...}}` brings."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "msg": record.getMessage(),
            "service": self._service,
            "logger": record.name,
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def configure_logs(service: str, level: str) -> None:
    """Send every logger of the process, uvicorn's too, through one JSON handler."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
