"""The sink's HTTP door: the receivers' addresses, and what a drill asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal
from seatrial.daemons.sink import deaf, pagerduty, slack, webhook
from seatrial.daemons.sink.arrival import CHANNELS, Channel, Parts
from seatrial.daemons.sink.desk import Desk

BODY_LIMIT = 1024 * 1024
_RECEIVER = re.compile(r"[A-Za-z0-9._-]{1,100}")

Read = Callable[[bytes, str], tuple[Sequence[Parts], Response]]


def application(desk: Desk, registry: CollectorRegistry) -> Starlette:
    """Give the ASGI application."""
    return Starlette(
        routes=[
            *probes(registry, desk.unready),
            _door(desk, "slack", "/slack/{receiver}", _read_slack, BODY_LIMIT),
            _door(
                desk,
                "pagerduty",
                "/pagerduty/{receiver}/v2/enqueue",
                _read_pagerduty,
                pagerduty.BODY_LIMIT,
            ),
            _door(desk, "webhook", "/webhook/{receiver}", _read_webhook, BODY_LIMIT),
            Route("/arrivals", partial(_arrivals, desk)),
            Route("/arrivals/{id}/raw", partial(_raw, desk)),
            Route("/deaf", partial(_deaf, desk), methods=["GET", "POST", "DELETE"]),
        ],
    )


def _door(desk: Desk, channel: Channel, path: str, read: Read, limit: int) -> Route:
    async def receive(request: Request) -> Response:
        at = desk.clock()
        receiver = request.path_params["receiver"]
        if not _RECEIVER.fullmatch(receiver):
            return refusal(404, "receiver: 1 to 100 letters, digits, dots, dashes, underscores")
        if desk.refuses(channel, receiver):
            return PlainTextResponse("service unavailable", status_code=503)
        try:
            raw = await read_body(request, limit)
        except BodyTooLargeError:
            return PlainTextResponse("request entity too large", status_code=413)
        parts, answer = read(raw, request.headers.get("content-type", ""))
        try:
            await desk.record(at=at, channel=channel, receiver=receiver, parts=parts, raw=raw)
        except OSError:
            # Not on the disk is not arrived: the sender must try again.
            return PlainTextResponse("insufficient storage", status_code=507)
        return answer

    return Route(path, receive, methods=["POST"], name=channel)


def _read_slack(raw: bytes, content_type: str) -> tuple[Sequence[Parts], Response]:
    parts = slack.parse(raw, content_type)
    status = 400 if parts.error else 200
    return [parts], PlainTextResponse(parts.error or "ok", status_code=status)


def _read_pagerduty(raw: bytes, _: str) -> tuple[Sequence[Parts], Response]:
    event = pagerduty.parse(raw)
    if event.parts.faults:
        answer = {
            "status": "invalid event",
            "message": "Event object is invalid",
            "errors": event.parts.faults,
        }
        return [event.parts], JSONResponse(answer, status_code=400)
    answer = {"status": "success", "message": "Event processed", "dedup_key": event.dedup_key}
    return [event.parts], JSONResponse(answer, status_code=202)


def _read_webhook(raw: bytes, _: str) -> tuple[Sequence[Parts], Response]:
    parts = webhook.parse(raw)
    faults = [fault for part in parts for fault in part.faults]
    if faults:
        return parts, JSONResponse({"errors": faults}, status_code=400)
    return parts, JSONResponse({"status": "ok"})


async def _arrivals(desk: Desk, request: Request) -> Response:
    """Answer what arrived since an epoch time.

    `complete` is false when older arrivals of the asked span are only in the journal.
    """
    query = request.query_params
    try:
        since = float(query.get("since", "0"))
    except ValueError:
        return refusal(400, "since: epoch seconds are wanted, such as 1700000000.5")
    channel, receiver = query.get("channel"), query.get("receiver")
    if channel is not None and channel not in CHANNELS:
        return refusal(400, f"channel: {', '.join(CHANNELS)} are known, not {channel}")
    # Read before searching: what comes in between is then reported twice rather than never.
    now = desk.clock()
    found = desk.book.find(
        lambda arrival: (
            arrival.at >= since
            and channel in {None, arrival.channel}
            and receiver in {None, arrival.receiver}
        ),
    )
    forgotten = desk.book.forgotten_until
    return JSONResponse(
        {
            "now": now,
            "complete": forgotten is None or since > forgotten,
            "arrivals": [arrival.to_json() for arrival in found],
        },
    )


async def _raw(desk: Desk, request: Request) -> Response:
    raw = desk.book.raw(request.path_params["id"])
    if raw is None:
        return refusal(404, "no such arrival in memory; older ones are in the journal")
    return Response(raw, media_type="application/octet-stream")


async def _deaf(desk: Desk, request: Request) -> Response:
    if request.method == "POST":
        try:
            desk.deafness = deaf.parse(await read_body(request, BODY_LIMIT))
        except (deaf.DeafError, BodyTooLargeError) as error:
            return refusal(400, str(error) or "the body is too large")
    elif request.method == "DELETE":
        desk.deafness = deaf.Deafness()
    return JSONResponse(
        {
            "channels": sorted(desk.deafness.channels),
            "receivers": sorted(desk.deafness.receivers),
            "refused": desk.refused,
        },
    )
