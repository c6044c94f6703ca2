"""`python -m seatrial.daemons.detector`: looks for the plan's correlations until SIGTERM."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from starlette.applications import Starlette

from seatrial.daemons.detector.plan import load
from seatrial.daemons.detector.watch import Watch
from seatrial.daemons.shared import arguments, asking
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import probes, registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.detector",
        description="Sees attacks that take several log lines, and tells Alertmanager.",
    )
    add = parser.add_argument
    add("--host", type=arguments.host, required=True, help="address to bind")
    add("--port", type=arguments.port, default=8080, help="HTTP port")
    add("--store", type=arguments.url, required=True, help="VictoriaLogs")
    add("--notifier", type=arguments.url, action="append", default=[], help="an Alertmanager")
    add("--plan", type=Path, required=True, help="JSON file with queries and correlations")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    plan = load(options.plan)
    listener = listen(options.host, options.port)
    metrics = registry()
    watch = Watch(
        plan,
        store=options.store.rstrip("/"),
        notifiers=[each.rstrip("/") for each in options.notifier],
        post=asking.post,
        clock=time.time,
        log=log,
        registry=metrics,
    )
    log.info("ready", http=address(listener), correlations=len(plan.correlations))
    application = Starlette(routes=probes(metrics, watch.unready))
    await serve(application, listener, watch.run())


if __name__ == "__main__":
    sys.exit(main("detector", _options(), _start))
