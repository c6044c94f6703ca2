"""`python -m seatrial.daemons.writers`: writes and looks until SIGTERM."""

from __future__ import annotations

import argparse
import sys
import uuid
from pathlib import Path

from seatrial.daemons.shared import arguments, plans
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve
from seatrial.daemons.writers.figures import Figures
from seatrial.daemons.writers.http import application
from seatrial.daemons.writers.plan import parse
from seatrial.daemons.writers.sound import Sound
from seatrial.daemons.writers.writing import Writing


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.writers",
        description="Writes to a store all the time, and tells what became of each write.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--plan", type=Path, required=True, help="JSON file of where to write")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    plan = parse(plans.text(options.plan))
    listener = listen(options.host, options.port)
    metrics = registry()
    writing = Writing(plan, uuid.uuid4().hex, Figures(metrics))
    sound = Sound(plan, writing.clock)
    log.info("ready", http=address(listener), store=plan.store)
    await serve(application(writing, sound, metrics), listener, writing.work())


if __name__ == "__main__":
    sys.exit(main("writers", _options(), _start))
