"""The prober's HTTP door: metrics, the rate of each journey, and what a drill changes of it."""

from __future__ import annotations

import json
import time
from functools import partial

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.prober import words
from seatrial.daemons.prober.fleet import Fleet
from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal

BODY_LIMIT = 64 * 1024
HIGHEST_FACTOR = 1000.0


def application(fleet: Fleet, registry: CollectorRegistry, *, drills: bool) -> Starlette:
    """Give the ASGI application.

    `drills` opens what drills need: it can end the probing, so that in production nobody has it.
    """
    changes = (
        Route("/rate", partial(_rate, fleet), methods=["GET", "POST"]),
        Route("/since", partial(_since, fleet), methods=["GET"]),
        Route("/propagation", partial(_propagation, fleet), methods=["POST"]),
        Route("/detour", partial(_detour, fleet), methods=["POST"]),
        Route("/assertion", partial(_assertion, fleet), methods=["POST"]),
        Route("/maintenance", partial(_maintenance, fleet), methods=["POST"]),
    )
    return Starlette(routes=[*probes(registry, lambda: ""), *(changes if drills else ())])


async def _asked(request: Request) -> object:
    try:
        return json.loads(await read_body(request, BODY_LIMIT))
    except (ValueError, RecursionError, BodyTooLargeError):
        return None


async def _since(fleet: Fleet, request: Request) -> Response:
    """What became of each run since a moment: how long users were served badly, and why."""
    try:
        moment = float(request.query_params["from"])
    except (KeyError, ValueError):
        return refusal(400, "from is a moment, in seconds since 1970")
    return JSONResponse(fleet.ended(moment, time.time()))


async def _propagation(fleet: Fleet, request: Request) -> Response:
    """Whether the journey's requests carry `traceparent`: a defect to plant, and to take back."""
    asked = await _asked(request)
    if not isinstance(asked, dict) or not isinstance(asked.get("on"), bool):
        return refusal(400, 'a JSON object such as {"journey": "checkout", "on": false}')
    journey = str(asked.get("journey"))
    if not fleet.set_propagation(journey, on=asked["on"]):
        return _unknown(fleet, journey)
    return JSONResponse({journey: asked["on"]})


async def _maintenance(fleet: Fleet, request: Request) -> Response:
    """Whether maintenance of a journey holds now: a drill cannot wait for a declared one."""
    asked = await _asked(request)
    if not isinstance(asked, dict) or not isinstance(asked.get("on"), bool):
        return refusal(400, 'a JSON object such as {"journey": "checkout", "on": true}')
    journey = str(asked.get("journey"))
    if not fleet.set_maintenance(journey, on=asked["on"]):
        return _unknown(fleet, journey)
    return JSONResponse({journey: asked["on"]})


async def _detour(fleet: Fleet, request: Request) -> Response:
    """Through which URL a journey's runs are led: how a drill shows users a broken release."""
    asked = await _asked(request)
    base = asked.get("base") if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not isinstance(base, str):
        return refusal(400, 'a JSON object such as {"journey": "checkout", "base": ""}')
    if base:
        try:
            base = words.url(base, "base")
        except words.PlanError as error:
            return refusal(400, str(error))
    journey = str(asked.get("journey"))
    if not fleet.set_detour(journey, base):
        return _unknown(fleet, journey)
    return JSONResponse({journey: base})


async def _assertion(fleet: Fleet, request: Request) -> Response:
    """Whether anything is expected of a step: a defect to plant, and to take back."""
    asked = await _asked(request)
    if not isinstance(asked, dict) or not isinstance(asked.get("on"), bool):
        return refusal(400, 'an object such as {"journey": "buy", "step": "GET /", "on": false}')
    journey, step = str(asked.get("journey")), str(asked.get("step"))
    if not fleet.set_asserted(journey, step, on=asked["on"]):
        return refusal(404, f"{journey!r} with a step {step!r} is not in the plan")
    return JSONResponse({journey: {step: asked["on"]}})


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
