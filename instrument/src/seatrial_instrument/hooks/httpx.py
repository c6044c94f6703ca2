"""httpx, blocking and asyncio: one client. Each request carries the trace on to who answers it.

Told: method, status, host and port. Never a path, a query string or a header.
"""

import inspect
from typing import Any, Self, TypeVar

from seatrial_instrument.requests import METHODS, OTHER_METHOD
from seatrial_instrument.span import Value, current
from seatrial_instrument.store import Call
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import inject

Client = TypeVar("Client")
_ERROR = 400


def observe(client: Client, telemetry: Telemetry) -> Client:
    """Make spans and observations of what this client sends from now on; gives the client.

    A request that is redirected is one span.
    """
    own: Any = client
    send = own.send
    if inspect.iscoroutinefunction(send):

        async def awaited(request: Any, **options: Any) -> Any:
            with _Sent(telemetry, request) as sent:
                return sent.answered(await send(request, **options))

        vars(own)["send"] = awaited
    else:

        def called(request: Any, **options: Any) -> Any:
            with _Sent(telemetry, request) as sent:
                return sent.answered(send(request, **options))

        vars(own)["send"] = called
    return client


class _Sent(Call):
    """One request."""

    __slots__ = ("_request", "_status")

    def __init__(self, telemetry: Telemetry, request: Any) -> None:
        method = request.method if request.method in METHODS else OTHER_METHOD
        host = request.url.host
        attributes: dict[str, Value] = {"http.request.method": method, "server.address": host}
        if request.url.port:
            attributes["server.port"] = request.url.port
        name = "HTTP" if method == OTHER_METHOD else method
        super().__init__(
            telemetry.client,
            name,
            attributes,
            lambda error: (method, host, self._status, error),
        )
        self._request = request
        self._status = ""

    def __enter__(self) -> Self:
        super().__enter__()
        # A trace of another kind that the program carries on itself is left as it is.
        if "traceparent" not in self._request.headers:
            inject(current.get(), self._request.headers)
        return self

    def answered(self, response: Any) -> Any:
        """Note how it went."""
        self._status = str(response.status_code)
        self.attributes["http.response.status_code"] = response.status_code
        if response.status_code >= _ERROR:
            self.error = self._status
        return response
