"""A daemon that does several things at once, as a process."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from seatrial.daemons.shared.life import life
from seatrial.daemons.shared.log import Log


def main(
    daemon: str,
    options: argparse.Namespace,
    start: Callable[[argparse.Namespace, Log], Awaitable[None]],
) -> int:
    """Run `start` until it ends; the exit code is 0 after SIGTERM, 2 when it cannot start."""

    async def run(log: Log) -> None:
        await start(options, log)

    return life(daemon, lambda log: asyncio.run(run(log)))
