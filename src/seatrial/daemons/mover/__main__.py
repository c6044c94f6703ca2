"""`python -m seatrial.daemons.mover`: looks all the time, and moves once, until SIGTERM."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from seatrial.daemons.mover.figures import Figures
from seatrial.daemons.mover.http import application
from seatrial.daemons.mover.plan import parse
from seatrial.daemons.mover.work import Work
from seatrial.daemons.shared import arguments, plans
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.mover",
        description="Moves a store to its other region once a majority says that home is gone.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--plan", type=Path, required=True, help="JSON file of whom to ask")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    plan = parse(plans.text(options.plan))
    listener = listen(options.host, options.port)
    metrics = registry()
    work = Work(plan, Figures(metrics, plan), log, time.monotonic)
    log.info("ready", http=address(listener), store=plan.store)
    await serve(application(work, metrics), listener, work.go_on())


if __name__ == "__main__":
    sys.exit(main("mover", _options(), _start))
