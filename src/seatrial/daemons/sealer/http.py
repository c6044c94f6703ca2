"""What is asked and ordered over HTTP; `seatrial backup system` does.

Whoever reaches the address may look at what is held. A bundle itself, sealed as it is, and one more
of them want the token.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.backups.orders import Endpoint, Orders, ordered
from seatrial.daemons.sealer.keeper import Keeper, SealError
from seatrial.daemons.sealer.mirror import Mirror
from seatrial.daemons.shared.bucket import FarError
from seatrial.daemons.shared.web import probes, refusal

_NOWHERE, _AWAY = 404, 503


def application(
    keeper: Keeper, mirrors: tuple[Mirror, ...], metrics: CollectorRegistry, orders: Orders
) -> Starlette:
    """The pages of the daemon."""
    places = {each.region: each for each in mirrors}

    async def told(_: Request) -> Response:
        elsewhere = {name: each.told() for name, each in places.items()}
        return JSONResponse({**await keeper.told(), "elsewhere": elsewhere})

    async def at_home() -> bytes | None:
        found = await keeper.newest()
        return await asyncio.to_thread(found[1].read_bytes) if found is not None else None

    async def seal(_: Request) -> Response:
        return JSONResponse(asdict(await keeper.seal()))

    async def newest(request: Request) -> Response:
        region = request.query_params.get("in", "")
        if region and region not in places:
            return refusal(_NOWHERE, f"no bundle lies in {region}")
        content = await (places[region].newest() if region else at_home())
        if content is None:
            return refusal(_NOWHERE, "there is no bundle that is whole")
        return Response(content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            *probes(metrics, lambda: ""),
            Route("/bundles", _bordered(told), methods=["GET"]),
            Route("/bundles", _bordered(ordered(seal, orders)), methods=["POST"]),
            Route("/bundles/newest", _bordered(ordered(newest, orders)), methods=["GET"]),
        ]
    )


def _bordered(endpoint: Endpoint) -> Endpoint:
    """What is foreseen becomes an answer."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (SealError, FarError, OSError) as error:
            return refusal(_AWAY, str(error))

    return answer
