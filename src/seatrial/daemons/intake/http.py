"""The two doors: for places outside, and for whoever scrapes at home."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seatrial.daemons.intake.desk import Desk, Sent
from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal

BODY_LIMIT = 2 * 1024 * 1024
START, NUMBER, STAND_IN = "seatrial-start", "seatrial-number", "seatrial-stand-in"
_LONGEST = 80  # characters of a header


def outside(desk: Desk) -> Starlette:
    """What places see: one route that takes, and nothing that shows."""

    async def take(request: Request) -> Response:
        place = request.path_params["place"]
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        status, said = desk.admits(place, token if scheme.lower() == "bearer" else "")
        if status:
            return refusal(status, said)
        start, number = request.headers.get(START, ""), request.headers.get(NUMBER, "")
        if not start or len(start) > _LONGEST or not (number.isascii() and number.isdigit()):
            return refusal(400, f"the headers {START} and {NUMBER} are wanted")
        try:
            text = (await read_body(request, BODY_LIMIT)).decode()
        except BodyTooLargeError:
            desk.too_large(place)
            return refusal(413, f"a page of at most {BODY_LIMIT} bytes is taken")
        except UnicodeDecodeError:
            text = ""
        sent = Sent(
            start=start,
            number=int(number[:18]),
            text=text,
            stand_in=STAND_IN in request.headers,
        )
        status, said = desk.take(place, sent)
        return Response(status_code=204) if status == 204 else refusal(status, said)  # noqa: PLR2004 - no content

    return Starlette(routes=[Route("/v1/places/{place}", take, methods=["POST"])])


def inside(desk: Desk, registry: CollectorRegistry, authority: str) -> Starlette:
    """What Prometheus and seatrial see: the pages, and the certificate (PEM) that places trust."""

    async def page(request: Request) -> Response:
        status, text = desk.shown(request.path_params["place"])
        return Response(text, status_code=status, media_type=CONTENT_TYPE_LATEST)

    async def trusted(_: Request) -> Response:
        return PlainTextResponse(authority)

    return Starlette(
        routes=[
            *probes(registry, lambda: ""),
            Route("/places/{place}/metrics", page),
            Route("/ca.pem", trusted),
        ]
    )
