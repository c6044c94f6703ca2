"""`python -m seatrial.daemons.faulty`: passes on and spoils one route until SIGTERM."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from seatrial.daemons.faulty.http import Door, application
from seatrial.daemons.faulty.plan import PlanError, parse
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.faulty",
        description="Stands before a service in a drill and spoils the answer of one route.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument(
        "--plan", type=Path, required=True, help="JSON file with the service and the route"
    )
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    try:
        plan = parse(options.plan.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"{options.plan}: cannot be read: {error}") from error
    listener = listen(options.host, options.port)
    metrics = registry()
    log.info("ready", http=address(listener))
    await serve(application(Door(plan, metrics), metrics), listener)


if __name__ == "__main__":
    sys.exit(main("faulty", _options(), _start))
