"""Middleware for ASGI applications: put it outside of all others.

Format: ASGI 3, HTTP and lifespan. What else there is (websockets) passes through unseen.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from seatrial_instrument.logs import settle
from seatrial_instrument.requests import UNOBSERVED, Requests
from seatrial_instrument.routes import template
from seatrial_instrument.span import name_of
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import TraceContext, parse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
_BODIES = frozenset({"http.response.body", "http.response.pathsend"})


class Middleware:
    """Each request: one observation, one span, one line. `unobserved` are paths that are left out.

    When the application ends, its last spans are sent, within `Telemetry.close`'s time.
    """

    def __init__(
        self,
        app: App,
        telemetry: Telemetry,
        *,
        unobserved: Collection[str] = UNOBSERVED,
        lines: bool = True,
    ) -> None:
        self._app = app
        self._telemetry = telemetry
        self._unobserved = frozenset(unobserved)
        self._requests = Requests(telemetry, lines=lines)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                send = self._closing(send)
            await self._app(scope, receive, send)
            return
        if scope["path"] in self._unobserved:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        span = self._requests.begin(method, _caller(scope["headers"]))
        status = 500
        whole = False

        def noting(message: Message) -> Awaitable[None]:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] in _BODIES:
                whole = not message.get("more_body", False)
            return send(message)

        try:
            await self._app(scope, receive, noting)
        except BaseException as error:
            span.error = name_of(type(error))
            if not whole:  # it has not begun, or it breaks off; else its work goes on behind it
                status = 500
            raise
        finally:
            self._requests.end(span, method, template(scope), status)

    def _closing(self, send: Send) -> Send:
        async def closing(message: Message) -> None:
            if message["type"] in {"lifespan.shutdown.complete", "lifespan.shutdown.failed"}:
                self._telemetry.close()
                settle()
            await send(message)

        return closing


def _caller(headers: list[tuple[bytes, bytes]]) -> TraceContext | None:
    """What the caller sent; nothing where it sent more than one, as W3C demands."""
    given: bytes | None = None
    state: list[bytes] = []
    for name, value in headers:
        if name == b"traceparent":
            if given is not None:
                return None
            given = value
        elif name == b"tracestate":
            state.append(value)
    if given is None:
        return None
    return parse(given.decode("latin-1"), b",".join(state).decode("latin-1"))
