"""A socket that listens at the one address that a daemon was given."""

from __future__ import annotations

import socket

from seatrial.daemons.shared.errors import StartError

_BACKLOG = 256


class BindError(StartError):
    """The address cannot be bound; the message names it, the reason and the cure."""


def listen(host: str, port: int) -> socket.socket:
    """Bind `host`:`port` and nothing else. Raises BindError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # IPPROTO_TCP by name: asyncio sets TCP_NODELAY only on sockets that say it, and without that
    # each answer on a kept-alive connection waits 40 ms for the client's delayed ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        message = f"{host}:{port}: cannot listen: {error.strerror}; choose a free address and port"
        raise BindError(message) from error
    return listener


def address(listener: socket.socket) -> str:
    """Give HOST:PORT as bound, with the port that the kernel chose for 0."""
    name, number = listener.getsockname()[:2]
    return f"[{name}]:{number}" if ":" in name else f"{name}:{number}"
