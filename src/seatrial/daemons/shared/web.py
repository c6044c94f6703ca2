"""The HTTP border of a daemon: probes, metrics, bounded bodies, graceful end.

Liveness only says that the event loop turns. Readiness says that the daemon can do its work.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Generator

import uvicorn
from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

GRACE_S = 5  # requests under way at SIGTERM get this long to end


class BodyTooLargeError(Exception):
    """The client sent more than the limit."""


def registry() -> CollectorRegistry:
    """Give a registry that holds the process's own memory, time and files."""
    # A `_created` series beside each counter doubles what Prometheus stores and tells it nothing.
    disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client left it untyped
    found = CollectorRegistry()
    ProcessCollector(registry=found)
    return found


def probes(registry: CollectorRegistry, unready: Callable[[], str]) -> list[Route]:
    """Give the routes /livez, /readyz and /metrics.

    `unready` gives the reason why the daemon cannot work now, or "" when it can.
    """

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        reason = unready()
        return PlainTextResponse(f"{reason or 'ok'}\n", status_code=503 if reason else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of at most `limit` bytes. Raises BodyTooLargeError."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLargeError
    return bytes(body)


def refusal(status: int, sentence: str) -> JSONResponse:
    """Answer a request that cannot be served, in one form for all daemons."""
    return JSONResponse({"error": sentence}, status_code=status)


class Server(uvicorn.Server):
    """Leaves signals to `serve`: uvicorn raises them again, which would end us with an error."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take none."""
        yield


async def serve(
    app: Starlette,
    listener: socket.socket,
    *work: Coroutine[object, object, None],
) -> None:
    """Serve `app` on `listener` until SIGTERM or SIGINT, then let requests end for GRACE_S.

    `work` runs beside it and never ends by itself; when a part of it fails, the daemon ends with
    that error, because a daemon that answers but does not work would look alive.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=128,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    tasks = [asyncio.ensure_future(part) for part in work]
    for task in tasks:
        task.add_done_callback(lambda _: stop())
    await server.serve(sockets=[listener])
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
