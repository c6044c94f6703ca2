"""`python -m seatrial.daemons.certified`: shakes hands over TLS until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import signal
import ssl
import sys
import tempfile
from pathlib import Path

from seatrial.daemons.certified.terms import TermsError, issue, parse
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main

_PATIENCE_S = 10.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.certified",
        description="Shows a certificate over TLS. SIGHUP reads its terms again and renews it.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8443, help="TLS port")
    parser.add_argument("--terms", type=Path, required=True, help='JSON file such as {"days": 90}')
    return parser.parse_args()


class _Shown:
    """The context of all handshakes, and the certificate that new ones are shown."""

    def __init__(self, options: argparse.Namespace, log: Log) -> None:
        self._options, self._log = options, log
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._renew()

    def again(self) -> None:
        """Read the terms again (SIGHUP); wrong ones change nothing."""
        try:
            self._renew()
        except TermsError as error:
            self._log.fault("terms", fault=str(error))

    def _renew(self) -> None:
        path: Path = self._options.terms
        try:
            days = parse(path.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise TermsError(f"{path}: cannot be read: {error}") from error
        shown = issue("seatrial drill", self._options.host, days, dt.datetime.now(dt.UTC))
        # ssl takes files only; this one is the owner's alone (0600) and is gone at once
        with tempfile.NamedTemporaryFile() as file:
            file.write(shown)
            file.flush()
            self.context.load_cert_chain(file.name)
        self._log.info("certificate", days=days)


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Nothing is said: whoever asks has seen the certificate by now."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await reader.read(1)
    writer.transport.abort()


async def _start(options: argparse.Namespace, log: Log) -> None:
    shown = _Shown(options, log)
    listener = listen(options.host, options.port)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGHUP, shown.again)
    server = await asyncio.start_server(_greet, sock=listener, ssl=shown.context)
    log.info("ready", tls=address(listener))
    await ended.wait()
    server.close()


if __name__ == "__main__":
    sys.exit(main("certified", _options(), _start))
