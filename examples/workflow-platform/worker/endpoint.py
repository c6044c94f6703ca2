"""The worker's own HTTP: /metrics, /readyz, /livez."""

import contextlib
from collections.abc import Iterator

import uvicorn
from common.health import Health
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial_instrument import Telemetry


class _Server(uvicorn.Server):
    """Leaves signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Endpoint:
    """Serves until stopped; also while the worker drains."""

    def __init__(self, health: Health, telemetry: Telemetry, *, host: str, port: int) -> None:
        self._health = health
        self._telemetry = telemetry
        routes = [
            Route("/metrics", self._metrics),
            Route("/readyz", self._readyz),
            Route("/livez", _livez),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)

    async def serve(self) -> None:
        """Raises OSError when the address cannot be had; uvicorn has logged why."""
        try:
            await self._server.serve()
        except SystemExit:
            address = f"{self._server.config.host}:{self._server.config.port}"
            raise OSError(f"cannot listen on {address}") from None

    def stop(self) -> None:
        self._server.should_exit = True

    async def _metrics(self, request: Request) -> Response:
        page, kind = self._telemetry.page(request.headers.get("accept", ""))
        return Response(page, headers={"Content-Type": kind})

    async def _readyz(self, _: Request) -> Response:
        reasons = await self._health.reasons()
        body = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(body, status_code=503 if reasons else 200)


async def _livez(_: Request) -> Response:
    return JSONResponse({"live": True})
