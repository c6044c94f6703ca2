"""Serves the pages until it is told to stop."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from seatrial.app.boards import Source
from seatrial.console.app import application
from seatrial.contract.runtime import RuntimeFailure

GRACE = 2  # seconds that requests under way get to end
NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


def serve(file: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the boards of a file; `ready` is told the address. Ends on Ctrl-C and SIGTERM.

    Raises Refused and RuntimeFailure.
    """
    source = Source(file)
    if not source.boards:
        raise RuntimeFailure(
            "this system has no boards", "add R02 to `promises`, then run `seatrial up`"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever reads the address may open it at once
    except OSError as error:
        listener.close()
        raise RuntimeFailure(
            f"{host}:{port} cannot be listened on: {error.strerror}",
            "choose another with --port; 0 takes any that is free",
        ) from error
    shown = f"[{host}]" if family is socket.AF_INET6 else host
    ready(f"http://{shown}:{listener.getsockname()[1]}/")
    config = uvicorn.Config(
        application(source, (*NAMES, host)),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=64,
        timeout_graceful_shutdown=GRACE,
    )
    with listener:
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
