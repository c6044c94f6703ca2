"""What the keeper's door answers, so that whoever sends lines sends them again."""

from __future__ import annotations

import asyncio
import errno
import io
from typing import cast

import httpx
import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.keeper.http import application
from seatrial.daemons.keeper.keeping import Keeper
from seatrial.daemons.keeper.spool import Kept
from seatrial.daemons.keeper.store import StoreAwayError
from seatrial.daemons.shared.log import Log

# OpenTelemetry Protocol Specification, OTLP/HTTP: all other answers mean that it is given up
AGAIN = {429, 502, 503, 504}


class Fails:
    """A keeper that cannot take anything."""

    unready = ""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def take(self, _: Kept) -> tuple[int, bytes]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device; make room"),
        (StoreAwayError("it answered 500: out of luck"), "out of luck"),
    ],
)
def test_what_cannot_be_kept_now_is_asked_for_again(error: Exception, told: str) -> None:
    log = Log(daemon="keeper", stream=io.StringIO(), clock=lambda: 0.0)
    door = application(cast("Keeper", Fails(error)), CollectorRegistry(), log)

    async def sent() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(door), base_url="http://keeper"
        ) as client:
            return await client.post("/insert/opentelemetry/v1/logs", content=b"lines")

    answer = asyncio.run(sent())
    assert answer.status_code in AGAIN
    assert told in answer.json()["error"]
