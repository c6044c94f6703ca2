"""The prober's gRPC check asks a gRPC server that is not ours: Jaeger's."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from seatrial.daemons.prober.checks import asker
from seatrial.daemons.prober.checks.model import Check, Seen
from seatrial.daemons.prober.checks.reasons import Reason

HOST = "127.88.6.1"


def ask(port: int, service: str = "") -> Seen:
    check = Check(
        name="health",
        kind="grpc",
        targets=(f"{HOST}:{port}",),
        every_s=60.0,
        timeout_s=30.0,
        service=service,
    )

    async def once() -> Seen:
        async with aiohttp.ClientSession() as session:
            return await asker.ask(session, check, check.targets[0])

    return asyncio.run(once())


def test_health_is_asked_of_a_real_server(live: Any) -> None:
    assert ask(live.ports["query-grpc"]).reason is Reason.OK
    missing = ask(live.ports["query-grpc"], "no.such.Service")
    assert (missing.reason, "NOT_FOUND" in missing.fault) == (Reason.STATUS, True)
    # a receiver of spans, which does not speak of its health
    without = ask(live.ports["otlp-grpc"])
    assert (without.reason, "UNIMPLEMENTED" in without.fault) == (Reason.STATUS, True)
    # what speaks HTTP/1 only
    assert ask(live.ports["health"]).reason in {Reason.CLOSED, Reason.PROTOCOL}
