"""`python -m seatrial.daemons.sealer`: seals what it was given, and keeps it, until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import sys
from importlib.metadata import version
from pathlib import Path

from seatrial.daemons.backups import orders
from seatrial.daemons.backups.figures import Figures
from seatrial.daemons.backups.plan import parsed
from seatrial.daemons.sealer.far import Far
from seatrial.daemons.sealer.http import application
from seatrial.daemons.sealer.keeper import KIND, Keeper
from seatrial.daemons.sealer.mirror import Mirror, Shown
from seatrial.daemons.sealer.plan import read
from seatrial.daemons.shared import arguments, plans
from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.sealer",
        description="Seals what describes a system, and its secrets, to a key that is held apart.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--plan", type=Path, required=True, help="JSON file of what to seal")
    parser.add_argument("--orders", type=Path, required=True, help="file of the orders' token")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    plan, admitted = parsed(plans.text(options.plan), read), orders.read(options.orders)
    listener = listen(options.host, options.port)
    metrics = registry()
    keeper = Keeper(plan, Figures(metrics, {KIND: plan.every}), log, version("seatrial"))
    try:
        await keeper.tidy()
    except OSError as error:
        raise StartError(f"{plan.repository}: {error}; give access, or make room") from error
    await keeper.tick()  # whoever finds the daemon ready finds a bundle of what it was given
    log.info("ready", http=address(listener))
    shown = Shown(metrics)
    mirrors = tuple(Mirror(Far(each), keeper, shown, log, keep=plan.keep) for each in plan.places)
    await serve(
        application(keeper, mirrors, metrics, admitted),
        listener,
        keeper.keep_time(asyncio.sleep),
        *(each.keep_time(asyncio.sleep) for each in mirrors),
    )


if __name__ == "__main__":
    sys.exit(main("sealer", _options(), _start))
