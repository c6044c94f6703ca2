"""Talks to a command over the connection that the engine gives: input there, both outputs back.

Format of the stream: Docker Engine API, "Attach to a container": each frame has a header of eight
bytes, of which the first is the output's number and the last four are the length, big-endian.
"""

import selectors
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

from seatrial.contract.runtime import RuntimeFailure

_HEADER = struct.Struct(">BxxxL")
_STDERR = 2
_AT_ONCE = 1 << 16


def talk(opened: Any, stdin: str, doing: str, seconds: float) -> tuple[str, str]:
    """Send all of the input and read both outputs to their end, side by side.

    One after the other would wait for ever on a command that writes before it has read all.
    `opened` is the docker library's socket, and is closed. Raises RuntimeFailure when the command
    has not closed its outputs after so many seconds; `doing` names it.
    """
    raw: socket.socket = getattr(opened, "_sock", opened)
    try:
        raw.settimeout(0)
        error, output = bytearray(), bytearray()
        for number, data in frames(_exchanged(raw, stdin.encode(), doing, seconds)):
            (error if number == _STDERR else output).extend(data)
        return output.decode(errors="replace"), error.decode(errors="replace")
    finally:
        opened.close()
        raw.close()


def _exchanged(raw: socket.socket, stdin: bytes, doing: str, seconds: float) -> bytes:
    until = time.monotonic() + seconds
    rest = memoryview(stdin)
    received = bytearray()
    with selectors.DefaultSelector() as waiting:
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        waiting.register(raw, both if rest else selectors.EVENT_READ)
        while True:
            left = until - time.monotonic()
            events = waiting.select(left) if left > 0 else []
            if not events:
                raise RuntimeFailure(
                    f"{doing} did not end within {seconds:g} s",
                    "see what it waits for; in a container that runs it goes on until a restart",
                )
            for _, event in events:
                if event & selectors.EVENT_WRITE:
                    rest = _sent(raw, rest)
                    if not rest:
                        waiting.modify(raw, selectors.EVENT_READ)
                if event & selectors.EVENT_READ:
                    part = raw.recv(_AT_ONCE)
                    if not part:
                        return bytes(received)
                    received += part


def _sent(raw: socket.socket, rest: memoryview) -> memoryview:
    """What is still to be sent; nothing when the command has closed its input."""
    try:
        rest = rest[raw.send(rest) :]
        if not rest:
            raw.shutdown(socket.SHUT_WR)
    except BlockingIOError:
        return rest
    except (BrokenPipeError, ConnectionResetError):
        return rest[:0]
    return rest


def frames(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The frames of a stream: the output's number (1, 2) and the data. Pure."""
    at = 0
    while at + _HEADER.size <= len(stream):
        number, length = _HEADER.unpack_from(stream, at)
        at += _HEADER.size
        yield number, stream[at : at + length]
        at += length
