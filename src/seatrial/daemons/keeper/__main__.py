"""`python -m seatrial.daemons.keeper`: passes requests on to the log store until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

from seatrial.daemons.keeper import http
from seatrial.daemons.keeper.keeping import Keeper
from seatrial.daemons.keeper.spool import Spool
from seatrial.daemons.keeper.store import Store
from seatrial.daemons.keeper.streams import Streams
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.keeper",
        description="Keeps what a log store has taken until it is on the store's disk.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--store", type=arguments.url, required=True, help="URL of the log store")
    parser.add_argument("--state", type=Path, required=True, help="folder of what is kept")
    parser.add_argument("--logs", type=Path, help="folder of the files that replicas write")
    parser.add_argument("--streams", type=Path, help="file that names these replicas, as JSON")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    listener = listen(options.host, options.port)  # first: a second keeper fails without harm
    metrics = registry()
    told = options.logs is not None and options.streams is not None
    streams = Streams.told(options.logs, options.streams) if told else None
    keeper = Keeper(
        spool=Spool(options.state),
        store=Store(options.store, time.time),
        log=log,
        clock=time.monotonic,
        registry=metrics,
    )
    log.info("ready", http=address(listener), store=options.store)
    await serve(
        http.application(keeper, metrics, log, streams), listener, keeper.watch(asyncio.sleep)
    )


if __name__ == "__main__":
    sys.exit(main("keeper", _options(), _start))
