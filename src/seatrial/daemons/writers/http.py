"""What became of it all since a moment; drills and `seatrial failover` ask."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.shared.web import probes, refusal
from seatrial.daemons.writers import seen
from seatrial.daemons.writers.seen import Outcome
from seatrial.daemons.writers.sound import Sound
from seatrial.daemons.writers.writing import Writing

_WRONG = 400


async def told(writing: Writing, since: float) -> dict[str, Any]:
    """Everything since then; `lost` and `found` are None where nobody could look.

    `whole`: it is all remembered. Whoever took writes at the moment itself is the first primary.
    """
    writes = [each for each in writing.writes if each.ended >= since]
    glances = [each for each in writing.glances if each.at >= since]
    before = [each for each in writing.glances if each.at < since and each.took][-1:]
    reads, now = list(writing.reads), writing.clock()
    there = await writing.there(each.number for each in writes)
    every = [each.ended for each in writing.writes if each.outcome is Outcome.ACKNOWLEDGED]
    unsure = [each.number for each in writes if each.outcome is Outcome.UNKNOWN]
    return {
        "whole": writing.known <= since,
        "writes": seen.counted(writes, since),
        "gaps": {
            "writes": seen.gaps(every, since, now),
            "reads": seen.gaps(reads, since, now),
        },
        "lost": None if there is None else seen.lost(writes, there, since),
        "found": None if there is None else len(there.intersection(unsure)),
        "double": seen.doubles(glances),
        "primaries": list(seen.primaries((*before, *glances))),
        "silent": seen.silent(glances, writing.members),
        "looks": sum(each.took is not None for each in glances),
    }


def application(writing: Writing, sound: Sound, registry: CollectorRegistry) -> Starlette:
    """The ASGI application."""

    async def since(request: Request) -> Response:
        try:
            moment = float(request.query_params["from"])
        except (KeyError, ValueError):
            return refusal(_WRONG, "from is a moment, in seconds since 1970")
        return JSONResponse(await told(writing, moment))

    async def invariants(_request: Request) -> Response:
        return JSONResponse(sound.told())

    def unready() -> str:
        return "" if writing.ready else "the store has not answered yet"

    own = [
        Route("/since", since, methods=["GET"]),
        Route("/invariants", invariants, methods=["GET"]),
    ]
    return Starlette(routes=[*probes(registry, unready), *own])
