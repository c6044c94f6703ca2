"""Whether a host answers ICMP echo, by a ping socket where that is allowed, else by a raw one."""

from __future__ import annotations

import asyncio
import secrets
import socket

from seatrial.daemons.prober.checks import echo
from seatrial.daemons.prober.checks.model import OK, Check, Seen, failed
from seatrial.daemons.prober.checks.reasons import Reason

_ICMP = {
    socket.AF_INET: (4, socket.IPPROTO_ICMP),
    socket.AF_INET6: (6, socket.IPPROTO_ICMPV6),
}
_CURE = "may not send ICMP: allow its group in net.ipv4.ping_group_range, or give it CAP_NET_RAW"


async def ask(_check: Check, target: str) -> Seen:
    """Send one echo request and wait for its answer; the caller bounds the wait."""
    loop = asyncio.get_running_loop()
    family, _, _, _, where = (await loop.getaddrinfo(target, None, type=socket.SOCK_DGRAM))[0]
    version, protocol = _ICMP[socket.AddressFamily(family)]
    opened = _open(family, protocol)
    if opened is None:
        return failed(Reason.UNKNOWN, f"the prober {_CURE}")
    sock, raw = opened
    load, number = secrets.token_bytes(16), secrets.randbelow(2**16)
    with sock:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's own
        sent = echo.request(version, secrets.randbelow(2**16), number, load)
        await loop.sock_sendto(sock, sent, where)
        while not echo.answers(version, await loop.sock_recv(sock, 2048), number, load, raw=raw):
            pass
    return OK


def _open(family: int, protocol: int) -> tuple[socket.socket, bool] | None:
    """A socket that may send echo requests, and whether it is raw; None where none is allowed."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(family, kind, protocol), kind == socket.SOCK_RAW
        except PermissionError:
            continue
    return None
