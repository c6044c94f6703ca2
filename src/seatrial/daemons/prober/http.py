"""The prober's HTTP door: metrics, the rate of each journey, and whether its trace goes along."""

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
            Route("/propagation", partial(_propagation, fleet), methods=["POST"]),
        ],
    )


async def _asked(request: Request) -> object:
    try:
        return json.loads(await read_body(request, BODY_LIMIT))
    except (ValueError, RecursionError, BodyTooLargeError):
        return None


async def _propagation(fleet: Fleet, request: Request) -> Response:
    """Whether the journey's requests carry `traceparent`: a defect to plant, and to take back."""
    asked = await _asked(request)
    if not isinstance(asked, dict) or not isinstance(asked.get("on"), bool):
        return refusal(400, 'a JSON object such as {"journey": "checkout", "on": false}')
    journey = str(asked.get("journey"))
    if not fleet.set_propagation(journey, on=asked["on"]):
        return _unknown(fleet, journey)
    return JSONResponse({journey: asked["on"]})


def _unknown(fleet: Fleet, journey: object) -> Response:
    known = ", ".join(fleet.rates()) or "none"
    return refusal(404, f"journey: {journey!r} is not in the plan; known: {known}")


async def _rate(fleet: Fleet, request: Request) -> Response:
    if request.method == "POST":
        asked = await _asked(request)
        if not isinstance(asked, dict):
            return refusal(400, 'a JSON object such as {"journey": "checkout", "factor": 2.0}')
        journey, factor = asked.get("journey"), asked.get("factor")
        value = factor if isinstance(factor, int | float) and factor is not True else -1.0
        if not 0 <= value <= HIGHEST_FACTOR:
            return refusal(400, f"factor: a number of 0 to {HIGHEST_FACTOR:g}, not {factor!r}")
        if not fleet.set_factor(str(journey), value):
            return _unknown(fleet, journey)
    return JSONResponse(fleet.rates())
