"""Middleware for WSGI applications (Flask, Django): put it outside of all others.

Format: PEP 3333. Its environment has no place for a route: `route` says how to find the template.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from seatrial_instrument.requests import UNOBSERVED, Requests
from seatrial_instrument.span import Span, current, name_of
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import parse

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Route = Callable[[Environ], str]


def flask_route(environ: Environ) -> str:
    """The rule of Flask or Werkzeug that took the request."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return str(getattr(rule, "rule", ""))


class Middleware:
    """As the one for ASGI. `route` gives the template of a request that is over, or empty."""

    def __init__(
        self,
        app: App,
        telemetry: Telemetry,
        *,
        route: Route = flask_route,
        unobserved: Collection[str] = UNOBSERVED,
        lines: bool = True,
    ) -> None:
        self._app = app
        self._route = route
        self._unobserved = frozenset(unobserved)
        self._requests = Requests(telemetry, lines=lines)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request; it is over when the server has closed the answer."""
        if environ.get("PATH_INFO", "") in self._unobserved:
            return self._app(environ, start_response)
        given = environ.get("HTTP_TRACEPARENT", "")
        caller = parse(given, environ.get("HTTP_TRACESTATE", "")) if given else None
        request = _Request(self._requests, self._route, environ, caller)

        def noting(status: str, *more: Any) -> Any:
            request.status = int(status[:3]) if status[:3].isdecimal() else 500
            return start_response(status, *more)

        try:
            return _Body(self._app(environ, noting), request)
        except BaseException as error:
            request.end(error)
            raise


class _Request:
    """An open request: it ends once."""

    def __init__(self, requests: Requests, route: Route, environ: Environ, caller: Any) -> None:
        self._requests = requests
        self._route = route
        self._environ = environ
        self._method = str(environ.get("REQUEST_METHOD", ""))
        self._over = False
        self.status = 500
        self.span: Span = requests.begin(self._method, caller)

    def end(self, error: BaseException | None = None) -> None:
        """Count it, unless that was done already."""
        if self._over:
            return
        self._over = True
        if error is not None:
            self.span.error = name_of(type(error))
            self.status = 500
        try:
            route = self._route(self._environ)
        except (KeyError, AttributeError, TypeError, ValueError):
            route = ""  # whoever looks for it wrongly must not end the request
        self._requests.end(self.span, self._method, route, self.status)


class _Body:
    """The answer: its parts are made while the request's span is the current one."""

    def __init__(self, parts: Iterable[bytes], request: _Request) -> None:
        self._parts = parts
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        before = current.get()
        current.set(self._request.span)
        try:
            yield from self._parts
        except Exception as error:
            self._request.end(error)
            raise
        finally:
            if current.get() is self._request.span:
                current.set(before)

    def close(self) -> None:
        """The server is done with it."""
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            self._request.end()
