"""ICMP echo, as RFC 792 and RFC 4443 write it. Pure."""

from __future__ import annotations

import struct

_REQUEST = {4: 8, 6: 128}
_REPLY = {4: 0, 6: 129}
_HEAD = struct.Struct("!BBHHH")
_IP = 20  # bytes of the shortest IPv4 header


def request(family: int, ident: int, number: int, load: bytes) -> bytes:
    """An echo request of IP version 4 or 6; the kernel counts the checksum of 6."""
    bare = _HEAD.pack(_REQUEST[family], 0, 0, ident, number) + load
    total = checksum(bare) if family == 4 else 0  # noqa: PLR2004 - the version of IP
    return _HEAD.pack(_REQUEST[family], 0, total, ident, number) + load


def answers(family: int, packet: bytes, number: int, load: bytes, *, raw: bool) -> bool:
    """Whether a packet is the answer to that request: its number, and what was sent along.

    A raw socket of IPv4 shows the IP header, too. The ident is the kernel's own on a ping socket,
    hence `load` is what tells our answers from others'.
    """
    if raw and family == 4:  # noqa: PLR2004 - the version of IP
        if len(packet) < _IP:
            return False
        packet = packet[(packet[0] & 15) * 4 :]
    if len(packet) < _HEAD.size:
        return False
    kind, _, _, _, told = _HEAD.unpack_from(packet)
    return kind == _REPLY[family] and told == number and packet[_HEAD.size :] == load


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
