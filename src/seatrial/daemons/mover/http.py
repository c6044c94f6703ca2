"""What the daemon makes of it now; people ask, and drills."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.mover.work import Work
from seatrial.daemons.shared.web import probes


def application(work: Work, registry: CollectorRegistry) -> Starlette:
    """The ASGI application."""

    async def state(_: Request) -> Response:
        found = work.verdict
        return JSONResponse({"ready": found.ready, "reason": found.reason})

    def unready() -> str:
        return "" if work.looked else "the majority has not answered yet"

    return Starlette(routes=[*probes(registry, unready), Route("/state", state, methods=["GET"])])
