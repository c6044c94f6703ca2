"""What is asked and ordered over HTTP; `seatrial backup system` does.

Whoever reaches the address may look at what is held. A bundle itself, sealed as it is, and one more
of them want the token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.backups.orders import Orders
from seatrial.daemons.sealer.keeper import Keeper, SealError
from seatrial.daemons.shared.web import probes, refusal

_NOWHERE, _STRANGER, _AWAY = 404, 401, 503
Endpoint = Callable[[Request], Awaitable[Response]]


def application(keeper: Keeper, metrics: CollectorRegistry, orders: Orders) -> Starlette:
    """The pages of the daemon."""

    async def told(_: Request) -> Response:
        return JSONResponse(await keeper.told())

    async def seal(_: Request) -> Response:
        return JSONResponse(asdict(await keeper.seal()))

    async def newest(_: Request) -> Response:
        found = await keeper.newest()
        if found is None:
            return refusal(_NOWHERE, "there is no bundle that is whole")
        content = await asyncio.to_thread(found[1].read_bytes)
        return Response(content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            *probes(metrics, lambda: ""),
            Route("/bundles", _bordered(told), methods=["GET"]),
            Route("/bundles", _bordered(_ordered(seal, orders)), methods=["POST"]),
            Route("/bundles/newest", _bordered(_ordered(newest, orders)), methods=["GET"]),
        ]
    )


def _bordered(endpoint: Endpoint) -> Endpoint:
    """What is foreseen becomes an answer."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (SealError, OSError) as error:
            return refusal(_AWAY, str(error))

    return answer


def _ordered(endpoint: Endpoint, orders: Orders) -> Endpoint:
    async def answer(request: Request) -> Response:
        if orders.admits(request.headers.get("authorization", "")):
            return await endpoint(request)
        return JSONResponse(
            {
                "error": "the order shows another token than the daemon has, or none",
                "cure": "run `seatrial up`: it gives the same to both",
            },
            status_code=_STRANGER,
            headers={"www-authenticate": "Bearer"},
        )

    return answer
