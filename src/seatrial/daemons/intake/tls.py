"""The door for places: the same server as every daemon's, behind TLS."""

from __future__ import annotations

import socket
import ssl

import uvicorn
from starlette.applications import Starlette

from seatrial.daemons.shared.web import Server

_CONNECTIONS = 64  # of all places together; each keeps one


async def serve(app: Starlette, listener: socket.socket, context: ssl.SSLContext) -> None:
    """Serve until cancelled."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=1,
    )
    config.load()
    config.ssl = context  # ours, which can be given another certificate while it serves
    server = Server(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        server.should_exit = True
