"""`python -m seatrial.daemons.certified`: shakes hands over TLS until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import ssl
import sys
import tempfile
from pathlib import Path

from seatrial.daemons.certified.terms import TermsError, parse
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main

_PATIENCE_S = 10.0
_ISSUE_S = 60.0


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
        self._turn = asyncio.Lock()  # of two renewals at once the later one counts

    async def again(self) -> None:
        """Read the terms again (SIGHUP); wrong ones change nothing."""
        try:
            await self.renew()
        except TermsError as error:
            self._log.fault("terms", fault=str(error))

    async def renew(self) -> None:
        """Show a certificate on the terms as they are now. Raises TermsError."""
        async with self._turn:
            await self._renew()

    def _days(self) -> float:
        path: Path = self._options.terms
        try:
            return parse(path.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise TermsError(f"{path}: cannot be read: {error}") from error

    async def _renew(self) -> None:
        days = self._days()
        shown = await _issued("seatrial drill", self._options.host, days)
        # ssl takes files only; this one is the owner's alone (0600) and is gone at once
        with tempfile.NamedTemporaryFile() as file:
            file.write(shown)
            file.flush()
            self.context.load_cert_chain(file.name)
        self._log.info("certificate", days=days)


async def _issued(name: str, host: str, days: float) -> bytes:
    """A key and its certificate, by a process that ends. Raises TermsError."""
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "seatrial.daemons.certified.issue", name, host, str(days)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, fault = await asyncio.wait_for(made.communicate(), _ISSUE_S)
    except TimeoutError:
        made.kill()
        await made.wait()
        raise TermsError(f"no certificate was made within {_ISSUE_S:.0f} s") from None
    if made.returncode:
        said = fault.decode(errors="replace").strip().rpartition("\n")[2]
        raise TermsError(f"no certificate was made: {said or f'exit code {made.returncode}'}")
    return out


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Nothing is said: whoever asks has seen the certificate by now."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await reader.read(1)
    writer.transport.abort()


async def _start(options: argparse.Namespace, log: Log) -> None:
    shown = _Shown(options, log)
    await shown.renew()
    listener = listen(options.host, options.port)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    renewals: set[asyncio.Task[None]] = set()  # a task that nobody holds may be collected

    def hear() -> None:
        task = asyncio.ensure_future(shown.again())
        renewals.add(task)
        task.add_done_callback(renewals.discard)

    loop.add_signal_handler(signal.SIGHUP, hear)
    server = await asyncio.start_server(_greet, sock=listener, ssl=shown.context)
    log.info("ready", tls=address(listener))
    await ended.wait()
    server.close()


if __name__ == "__main__":
    sys.exit(main("certified", _options(), _start))
