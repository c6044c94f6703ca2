"""One JSON object a line, with the ids of the trace and span that it belongs to.

For logging: `configure` or `JsonFormatter`; for structlog: the processor `add_trace`.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from json.encoder import encode_basestring_ascii as quoted
from types import MappingProxyType
from typing import Any, TextIO

from seatrial_instrument.lines import LineHandler
from seatrial_instrument.span import Span, current

_NONE: Mapping[str, Any] = MappingProxyType({})
_BOUND: ContextVar[Mapping[str, Any]] = ContextVar("seatrial_instrument_fields", default=_NONE)
# What logging itself puts on a record; the rest came by `extra`.
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "fields"}
_LEVELS = {
    logging.DEBUG: "debug",
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "critical",
}
# RFC 8259 has no NaN and no Infinity: readers refuse the whole line
_encode = json.JSONEncoder(default=str, separators=(",", ":"), allow_nan=False).encode


@contextmanager
def bind(**fields: Any) -> Iterator[None]:
    """Fields that every line carries which is written within: a request's or a job's id."""
    token = _BOUND.set({**_BOUND.get(), **fields})
    try:
        yield
    finally:
        _BOUND.reset(token)


class JsonFormatter(logging.Formatter):
    """time, level, message, service, logger, trace_id, span_id, what is bound, what came by extra.

    Fields come as `extra={"fields": {...}}` or as `extra={...}`; they cannot replace the head.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = quoted(service)
        self._second = (0, "")

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        parts = [
            f'{{"time":"{self._time(record.created)}","level":"{_level(record)}"',
            f',"message":{quoted(record.getMessage())},"service":{self._service}',
            f',"logger":{quoted(record.name)}',
        ]
        span = current.get()
        if span is not None:
            parts.append(f',"trace_id":"{span.trace_id}","span_id":"{span.span_id}"')
        fields = _fields(record)
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack"] = record.stack_info
        for key, value in fields.items():
            if key not in _HEAD:
                parts.append(f",{quoted(str(key))}:{_value(value)}")
        parts.append("}")
        return "".join(parts)

    def prepared(self, created: float, head: str, span: Span, tail: str) -> str:
        """The same line of parts that were encoded before; for the one written most often."""
        fields = "".join(
            f",{quoted(key)}:{_value(value)}"
            for key, value in _BOUND.get().items()
            if key not in _HEAD
        )
        return (
            f'{{"time":"{self._time(created)}",{head},"service":{self._service}'
            f',"trace_id":"{span.trace_id}","span_id":"{span.span_id}"{fields}{tail}}}'
        )

    def _time(self, created: float) -> str:
        """RFC 3339 in UTC with milliseconds; the seconds' text is made once a second."""
        second = int(created)
        kept = self._second
        if kept[0] != second:
            kept = (second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
            self._second = kept
        return f"{kept[1]}.{int((created - second) * 1000):03d}Z"


_HEAD = frozenset({"time", "level", "message", "service", "logger", "trace_id", "span_id"})


def configure(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every logger of the process, uvicorn's too, through one JSON handler on stdout.

    Lines below WARNING are written many at once: see lines.py.
    uvicorn's lines of access go, because the middleware writes better ones.
    """
    handler = LineHandler(stream or sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def settle() -> None:
    """Write the lines that wait, and let none wait any more: the process is about to end."""
    for handler in logging.root.handlers:
        if isinstance(handler, LineHandler):
            handler.hurry()


def add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: put it before the renderer."""
    for key, value in _BOUND.get().items():
        event.setdefault(key, value)
    span = current.get()
    if span is not None:
        event["trace_id"] = span.trace_id
        event["span_id"] = span.span_id
    return event


def _level(record: logging.LogRecord) -> str:
    return _LEVELS.get(record.levelno) or record.levelname.lower()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found = dict(_BOUND.get())
    given = record.__dict__
    if len(given) > _USUAL:
        found.update((key, value) for key, value in given.items() if key not in _OWN)
        fields = given.get("fields")
        if isinstance(fields, Mapping):
            found.update(fields)
    return found


_USUAL = len(logging.makeLogRecord({}).__dict__)


def _value(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    try:
        return str(value) if kind is int else _encode(value)
    except Exception:  # noqa: BLE001 - keys that are no text, a circle, NaN, or what the service made
        return quoted(_shown(value))


def _shown(value: Any) -> str:
    """In words, what JSON cannot say. The line is not lost for it."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - as above
        return f"a {type(value).__name__} that cannot be written"
