"""`python -m seatrial.daemons.backups`: takes backups and restores them until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from seatrial.daemons.backups import files, orders, postgres, redis
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.desk import Desk
from seatrial.daemons.backups.figures import Figures
from seatrial.daemons.backups.http import application
from seatrial.daemons.backups.plan import parsed
from seatrial.daemons.backups.product import Product
from seatrial.daemons.shared import arguments, plans
from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve

_PRODUCTS = {"postgres": postgres.product, "redis": redis.product, "files": files.product}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.backups",
        description="Takes the backups of a store, restores them, and shows that it can.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--plan", type=Path, required=True, help="JSON file of what to back up")
    parser.add_argument("--orders", type=Path, required=True, help="file of the orders' token")
    parser.add_argument("--drills", action="store_true", help="let drills be begun, by HTTP")
    return parser.parse_args()


def _product(found: Mapping[str, Any], metrics: CollectorRegistry) -> Product:
    name = found["product"]
    if name not in _PRODUCTS:
        raise ValueError(f"product is one of {', '.join(_PRODUCTS)}, not {name}")
    return _PRODUCTS[name](found, metrics)


async def _tidied(desk: Desk) -> None:
    try:
        await desk.tidy()
    except CommandError as error:
        raise StartError(str(error)) from error


async def _start(options: argparse.Namespace, log: Log) -> None:
    text = plans.text(options.plan)
    admitted = orders.read(options.orders)
    listener = listen(options.host, options.port)
    metrics = registry()
    product = parsed(text, lambda found: _product(found, metrics))
    plan = product.restoring.plan
    desk = Desk(product, Figures(metrics, plan.schedule), log)
    await _tidied(desk)
    log.info("ready", http=address(listener), store=plan.store)
    try:
        app = application(
            desk,
            product.restoring,
            metrics,
            admitted,
            drills=options.drills,
            trail=product.trail,
        )
        await serve(app, listener, desk.keep_time(asyncio.sleep))
    finally:
        if product.trail is not None:
            await product.trail.end()
        await desk.end()


if __name__ == "__main__":
    sys.exit(main("backups", _options(), _start))
