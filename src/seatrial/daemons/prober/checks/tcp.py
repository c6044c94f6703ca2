"""Whether a TCP port takes a connection and, if asked for, says what it should."""

from __future__ import annotations

import asyncio

from seatrial.daemons.prober.checks.model import OK, Check, Seen, address, failed
from seatrial.daemons.prober.checks.reasons import Reason

_READ = 64 * 1024  # bytes in which the expected text must come
_SHOWN = 80


async def ask(check: Check, target: str) -> Seen:
    """Connect; send and wait for the expected text where there is one."""
    host, port = address(target)
    reader, writer = await asyncio.open_connection(host, port)
    try:
        if check.send:
            writer.write(check.send.encode())
            await writer.drain()
        return await _heard(reader, check.contains.encode()) if check.contains else OK
    finally:
        writer.close()


async def _heard(reader: asyncio.StreamReader, wanted: bytes) -> Seen:
    heard = b""
    while wanted not in heard:
        part = await reader.read(4096) if len(heard) < _READ else b""
        if not part:
            said = heard[:_SHOWN].decode(errors="replace")
            return failed(Reason.CONTENT, f"{wanted.decode()!r} was expected, it said {said!r}")
        heard += part
    return OK
