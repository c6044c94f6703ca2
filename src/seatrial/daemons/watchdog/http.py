"""The watchdog's HTTP door: beats come in, its state can be asked for."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal
from seatrial.daemons.watchdog import beat
from seatrial.daemons.watchdog.guard import Guard

BODY_LIMIT = 1024 * 1024


def application(guard: Guard, registry: CollectorRegistry) -> Starlette:
    """Give the ASGI application."""
    return Starlette(
        routes=[
            # It can always page, even when a channel refuses: those are in its metrics.
            *probes(registry, lambda: ""),
            Route("/beat", partial(_beat, guard), methods=["POST"]),
            Route("/status", partial(_status, guard)),
        ],
    )


async def _beat(guard: Guard, request: Request) -> Response:
    try:
        status = beat.parse(await read_body(request, BODY_LIMIT))
    except BodyTooLargeError:
        return refusal(413, f"the body is larger than {BODY_LIMIT} bytes")
    except beat.BeatError as error:
        return refusal(400, str(error))
    reason = guard.take("beat" if status == "firing" else "gone")
    return JSONResponse({"taken": reason})


async def _status(guard: Guard, _: Request) -> Response:
    return JSONResponse(guard.status())
