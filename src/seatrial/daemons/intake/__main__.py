"""`python -m seatrial.daemons.intake`: takes what places send until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import signal
import ssl
import sys
from pathlib import Path

from seatrial.daemons.intake import authority, http, tls
from seatrial.daemons.intake.desk import Desk
from seatrial.daemons.intake.places import Places, PlacesError, parse
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve

_LOOK_S = 3600.0  # how often it is looked whether the certificate ends


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.intake",
        description="Takes probers' pages from outside. SIGHUP reads the places again.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port, for scrapes")
    parser.add_argument("--tls-port", type=arguments.port, default=8443, help="port for places")
    parser.add_argument("--places", type=Path, required=True, help="JSON file with their tokens")
    parser.add_argument(
        "--keys", type=Path, required=True, help="folder of keys, made at first use"
    )
    parser.add_argument("--name", action="append", default=[], help="by which places call it")
    return parser.parse_args()


def _read(path: Path) -> Places:
    try:
        return Places(digests=parse(path.read_text()))
    except (OSError, UnicodeDecodeError) as error:
        raise PlacesError(f"{path}: cannot be read: {error}") from error


async def _renewing(options: argparse.Namespace, context: ssl.SSLContext) -> None:
    """A certificate that would end is made anew, and shown from the next handshake on."""
    while True:
        await asyncio.sleep(_LOOK_S)
        shown = authority.ensure(options.keys, _names(options), dt.datetime.now(dt.UTC))
        context.load_cert_chain(shown)


def _names(options: argparse.Namespace) -> list[str]:
    return [*options.name, options.host]


async def _start(options: argparse.Namespace, log: Log) -> None:
    places = _read(options.places)
    shown = authority.ensure(options.keys, _names(options), dt.datetime.now(dt.UTC))
    inner, outer = listen(options.host, options.port), listen(options.host, options.tls_port)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(shown)
    metrics = registry()
    desk = Desk(places, metrics, log)

    def again() -> None:
        try:
            places.replace(_read(options.places).digests)
        except PlacesError as error:  # the old tokens go on: a typing error must not end it
            log.fault("places", fault=str(error))
        else:
            log.info("places", places=sorted(places.digests))

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, again)
    log.info("ready", http=address(inner), tls=address(outer), places=sorted(places.digests))
    await serve(
        http.inside(desk, metrics, authority.trusted(options.keys)),
        inner,
        tls.serve(http.outside(desk), outer, context),
        _renewing(options, context),
    )


if __name__ == "__main__":
    sys.exit(main("intake", _options(), _start))
