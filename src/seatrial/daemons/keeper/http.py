"""The keeper's HTTP door: requests for the store come in as they would there.

Beside it, `/streams` tells how much each replica has written. The keeper says in a line of its own
that it was asked: so there is one stream of which it is known that it must have grown.
"""

from __future__ import annotations

import time
from functools import partial

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.keeper.keeping import Keeper
from seatrial.daemons.keeper.spool import Kept
from seatrial.daemons.keeper.store import StoreAwayError
from seatrial.daemons.keeper.streams import Streams
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal

BODY_LIMIT = 64 * 1024 * 1024  # what VictoriaLogs takes in one request
_PASSED_ON = ("content-type", "content-encoding", "vl-stream-fields")


def application(
    keeper: Keeper, registry: CollectorRegistry, log: Log, streams: Streams | None = None
) -> Starlette:
    """Give the ASGI application; without `streams` nobody can ask for them."""
    told = [Route("/streams", partial(_tell, streams, log))] if streams else []
    return Starlette(
        routes=[
            *probes(registry, lambda: keeper.unready),
            Route("/insert/{rest:path}", partial(_take, keeper), methods=["POST"]),
            *told,
        ],
    )


async def _tell(streams: Streams, log: Log, _: Request) -> Response:
    found = streams.lengths(time.time())
    log.info("streams asked for", streams=len(found))
    return JSONResponse({"streams": found})


async def _take(keeper: Keeper, request: Request) -> Response:
    headers = {each: request.headers[each] for each in _PASSED_ON if each in request.headers}
    try:
        body = await read_body(request, BODY_LIMIT)
        status, said = await keeper.take(Kept(path=request.url.path, headers=headers, body=body))
    except ClientDisconnect:  # killed while it was sending: it sends it again
        return Response(status_code=400)
    except BodyTooLargeError:
        return refusal(413, f"the body is larger than {BODY_LIMIT} bytes")
    except StoreAwayError as away:
        return refusal(503, f"the log store is away: {away}")
    except OSError as error:
        # not 507: an exporter of OTLP over HTTP sends again after 429, 502, 503 and 504 alone
        return refusal(503, f"nothing can be kept: {error.strerror}; make room")
    return Response(said, status_code=status)
