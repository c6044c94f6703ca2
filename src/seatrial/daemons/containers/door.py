"""A door for one question after the other, and a task between them. HTTP/1.0, GET only."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress

_MOST = 8192  # bytes of a request's head
_PATIENCE_S = 2.0  # for a client that does not say or does not take it: others wait meanwhile
_END = b"\r\n\r\n"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}

Answer = Callable[[str], tuple[int, str]]


def serve(
    listener: socket.socket, answer: Answer, *, every: float, work: Callable[[], None]
) -> None:
    """Answer whoever comes, and `work` every `every` seconds, until a signal's handler raises."""
    due = time.monotonic() + every
    while True:
        ready, _, _ = select.select((listener,), (), (), max(0.0, due - time.monotonic()))
        if ready:
            with suppress(OSError):  # it left
                _one(listener, answer)
        if time.monotonic() >= due:
            work()
            due = time.monotonic() + every


def _one(listener: socket.socket, answer: Answer) -> None:
    client, _ = listener.accept()
    with client:
        client.settimeout(_PATIENCE_S)
        status, text = reply(_head(client), answer)
        body = text.encode()
        head = (
            f"HTTP/1.0 {status} {_REASONS[status]}\r\n"
            "content-type: text/plain; version=0.0.4; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        client.sendall(head.encode() + body)


def _head(client: socket.socket) -> bytes:
    found = b""
    while _END not in found and len(found) < _MOST:
        part = client.recv(_MOST)
        if not part:
            break
        found += part
    return found


def reply(head: bytes, answer: Answer) -> tuple[int, str]:
    """The status and the text for a request's head."""
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if len(words) != 3 or _END not in head:  # noqa: PLR2004 - method, target, version
        return 400, "a request of HTTP is wanted\n"
    if words[0] != "GET":
        return 405, "only GET is answered\n"
    return answer(words[1])
