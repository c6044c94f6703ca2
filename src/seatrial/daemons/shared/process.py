"""A daemon's life as a process: its logs, its start, its exit code."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.log import Log, take_library_logs

CANNOT_START = 2


def main(
    daemon: str,
    options: argparse.Namespace,
    start: Callable[[argparse.Namespace, Log], Awaitable[None]],
) -> int:
    """Run `start` until it ends; the exit code is 0 after SIGTERM, 2 when it cannot start."""
    log = Log(daemon=daemon, stream=sys.stdout, clock=time.time)
    take_library_logs(log)

    async def life() -> None:
        await start(options, log)

    try:
        asyncio.run(life())
    except StartError as error:
        log.fault("cannot start", fault=str(error))
        return CANNOT_START
    log.info("ended")
    return 0
