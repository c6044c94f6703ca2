"""The sink's SMTP door (RFC 5321): takes a mail, checks it, records it."""

from __future__ import annotations

import asyncio
import socket

from aiosmtpd.smtp import SMTP, Envelope, Session

from seatrial.daemons.sink import mail
from seatrial.daemons.sink.desk import Desk

SIZE_LIMIT = 1024 * 1024
HOST_NAME = "sink.invalid"
_TRY_AGAIN = "451 4.3.2 Requested action aborted: try again later"


class _Handler:
    """The callbacks that aiosmtpd finds by name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer RCPT TO.

        Deafness refuses here and not after DATA: Alertmanager 0.25 takes a mail for delivered
        when only the end of DATA is refused, and would never try again.
        """
        if self._desk.refuses("email", _receiver(address)):
            return _TRY_AGAIN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
    ) -> str:
        """Answer the end of DATA."""
        at = self._desk.clock()
        address = str(envelope.rcpt_tos[0])
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        parts = mail.parse(content)
        try:
            await self._desk.record(
                at=at,
                channel="email",
                receiver=_receiver(address),
                parts=[parts],
                raw=content,
                address=address,
            )
        except OSError:
            return "452 4.3.1 Insufficient system storage"
        if parts.faults:
            return f"554 5.6.0 {parts.faults[0][:400].splitlines()[0]}"
        return "250 2.0.0 OK"


def _receiver(address: str) -> str:
    return address.rpartition("@")[0] or address


async def start(desk: Desk, listener: socket.socket) -> asyncio.Server:
    """Serve SMTP on `listener`."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            _Handler(desk),
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=HOST_NAME,
            ident="sink",
            loop=loop,
        )

    return await loop.create_server(protocol, sock=listener)
