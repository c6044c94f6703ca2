"""What ASGI and WSGI share: one cache of what a route's requests have in common.

Names: OpenTelemetry's semantic conventions for HTTP servers. Paths, query strings, headers and
addresses of clients are left out: they hold what is personal or secret.
"""

import logging
import time
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from seatrial_instrument.encode import attributes_json
from seatrial_instrument.histogram import Series
from seatrial_instrument.lines import LineHandler
from seatrial_instrument.logs import JsonFormatter
from seatrial_instrument.span import Kind, Span, Value
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import TraceContext

METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"}
)
OTHER_METHOD = "_OTHER"
UNMATCHED = "unmatched"
# Asked by machines every few seconds: they are not the users' traffic.
UNOBSERVED = frozenset({"/metrics", "/livez", "/readyz", "/healthz"})
_SERVER_ERROR = 500
_MOST_KEPT = 5000

log = logging.getLogger("seatrial_instrument.access")
_HEAD = f'"level":"info","message":"request","logger":"{log.name}"'


class Requests:
    """Begins and ends the span of each request, counts it, writes its line."""

    def __init__(self, telemetry: Telemetry, *, lines: bool) -> None:
        self._telemetry = telemetry
        self._lines = lines
        self._kept: dict[tuple[str, str, int], _Shared] = {}

    def begin(self, method: str, caller: TraceContext | None) -> Span:
        """The span of a request whose route is not known yet, as the current one."""
        name = method if method in METHODS else "HTTP"
        return self._telemetry.root(name, Kind.SERVER, caller).begin()

    def end(self, span: Span, method: str, route: str, status: int) -> None:
        """The request is over; `route` is a template, empty where none matched."""
        shared = self._kept.get((method, route, status)) or self._shared(method, route, status)
        seconds = span.stop()
        self._telemetry.server.observe(shared.series, seconds, span)
        if self._lines and log.isEnabledFor(logging.INFO):
            _write(shared, seconds, span)
        if span.sampled:
            span.name = shared.name
            span.prepared = shared.attributes
            if status >= _SERVER_ERROR and not span.error:
                span.error = shared.labels[2]
        span.end()

    def _shared(self, method: str, route: str, status: int) -> "_Shared":
        known = method if method in METHODS else OTHER_METHOD
        labels = (known, route or UNMATCHED, str(status))
        made = _Shared(labels, route, status, self._telemetry.server.series(labels))
        # A method that nobody knows is any text: only what is bounded is kept.
        if known == method and len(self._kept) < _MOST_KEPT:
            self._kept[method, route, status] = made
        return made


class _Shared:
    """What all requests of a method, a route and a status have in common."""

    __slots__ = ("attributes", "fields", "labels", "name", "series", "tail")

    def __init__(
        self, labels: tuple[str, str, str], route: str, status: int, series: Series
    ) -> None:
        method = labels[0]
        spoken = "HTTP" if method == OTHER_METHOD else method
        self.labels = labels
        self.series = series
        self.name = f"{spoken} {route}" if route else spoken
        attributes: dict[str, Value] = {"http.request.method": method}
        if route:
            attributes["http.route"] = route
        attributes["http.response.status_code"] = status
        self.attributes = attributes_json(attributes)
        self.fields: dict[str, Any] = {"method": method, "route": labels[1], "status": status}
        self.tail = (
            f',"method":{quoted(method)},"route":{quoted(labels[1])},"status":{status}'
            ',"duration_ms":'
        )


def _write(shared: _Shared, seconds: float, span: Span) -> None:
    """The line of a request, as `log.info` would write it, but without looking for its caller.

    Where nothing but our own handler would see the record, there is none: it is half the price.
    """
    milliseconds = round(seconds * 1000, 3)
    handlers = logging.root.handlers
    if len(handlers) == 1 and type(handlers[0]) is LineHandler and _plain(log):
        handler = handlers[0]
        if type(handler.formatter) is JsonFormatter and not handler.filters:
            tail = f"{shared.tail}{milliseconds}"
            text = handler.formatter.prepared(time.time(), _HEAD, span, tail)
            handler.line(text, now=False)
            return
    record = logging.LogRecord(log.name, logging.INFO, __file__, 0, "request", None, None)
    record.fields = {**shared.fields, "duration_ms": milliseconds}
    log.handle(record)


def _plain(logger: logging.Logger) -> bool:
    """Whether its records go nowhere but to the root's handlers."""
    return (
        not logger.handlers
        and not logger.filters
        and logger.propagate
        and (logger.parent is logging.root or not logger.parent or not logger.parent.handlers)
    )
