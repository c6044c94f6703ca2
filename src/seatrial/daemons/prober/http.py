"""The prober's HTTP door: metrics, and the rate of each journey."""

from __future__ import annotations

import json
from functools import partial

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.prober.fleet import Fleet
from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal

BODY_LIMIT = 64 * 1024
HIGHEST_FACTOR = 1000.0


def application(fleet: Fleet, registry: CollectorRegistry) -> Starlette:
    """Give the ASGI application."""
    return Starlette(
        routes=[
            *probes(registry, lambda: ""),
            Route("/rate", partial(_rate, fleet), methods=["GET", "POST"]),
        ],
    )


async def _rate(fleet: Fleet, request: Request) -> Response:
    if request.method == "POST":
        try:
            asked = json.loads(await read_body(request, BODY_LIMIT))
        except (ValueError, RecursionError, BodyTooLargeError):
            asked = None
        if not isinstance(asked, dict):
            return refusal(400, 'a JSON object such as {"journey": "checkout", "factor": 2.0}')
        journey, factor = asked.get("journey"), asked.get("factor")
        value = factor if isinstance(factor, int | float) and factor is not True else -1.0
        if not 0 <= value <= HIGHEST_FACTOR:
            return refusal(400, f"factor: a number of 0 to {HIGHEST_FACTOR:g}, not {factor!r}")
        if not fleet.set_factor(str(journey), value):
            known = ", ".join(fleet.rates()) or "none"
            return refusal(404, f"journey: {journey!r} is not in the plan; known: {known}")
    return JSONResponse(fleet.rates())
