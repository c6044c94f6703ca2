"""`python -m seatrial.daemons.prober`: runs the plan's journeys and checks until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

from seatrial.daemons.prober import http
from seatrial.daemons.prober.browser.holder import Holder, holding
from seatrial.daemons.prober.checks.figures import CheckFigures
from seatrial.daemons.prober.figures import Figures
from seatrial.daemons.prober.fleet import Fleet, load
from seatrial.daemons.prober.home import Sender, sending
from seatrial.daemons.prober.home import load as load_home
from seatrial.daemons.prober.spans import Exporter, exporting
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.prober",
        description="Runs declared journeys and checks. SIGHUP reads the plan again.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument(
        "--plan", type=Path, required=True, help="JSON file with the journeys and checks"
    )
    parser.add_argument(
        "--drills", action="store_true", help="let drills change what is asked, by HTTP"
    )
    parser.add_argument(
        "--browser", type=Path, help="folder of the browser: journeys that one walks need it"
    )
    parser.add_argument("--home", type=Path, help="JSON file: where results are sent")
    return parser.parse_args()


async def _start(options: argparse.Namespace, log: Log) -> None:
    plan = load(options.plan)
    listener = listen(options.host, options.port)
    metrics = registry()
    figures = Figures(metrics)
    browser = Holder(options.browser, log) if options.browser else None
    async with _session(keepalive=True) as session, _session(keepalive=False) as fresh:
        exporter = Exporter(session, metrics, log)
        fleet = Fleet(
            options.plan,
            session=session,
            fresh=fresh,
            figures=figures,
            checked=CheckFigures(metrics, figures.sight),
            take=exporter.take,
            log=log,
            browser=browser,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, fleet.ask_to_reread)
        sender = Sender(load_home(options.home), metrics, log) if options.home else None
        log.info("ready", http=address(listener))
        async with exporting(exporter), sending(sender), holding(browser):
            door = http.application(fleet, metrics, drills=options.drills)
            await serve(door, listener, fleet.run(plan))


def _session(*, keepalive: bool) -> aiohttp.ClientSession:
    """No cookies: each run is a new user. No limit of connections: those of the plan bound them."""
    connector = (
        aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
        if keepalive
        else aiohttp.TCPConnector(limit=0, force_close=True)
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
    )


if __name__ == "__main__":
    sys.exit(main("prober", _options(), _start))
