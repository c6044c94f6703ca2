"""A service that says whether it reaches its database."""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT, HOST, SQL = sys.argv[1:]


def reached() -> bool:
    """Whether the database's port takes a connection."""
    try:
        socket.create_connection((HOST, int(SQL)), timeout=1).close()
    except OSError:
        return False
    return True


class Handler(BaseHTTPRequestHandler):
    """Ready as long as the process runs; the figure is for Prometheus."""

    def do_GET(self) -> None:
        metrics = self.path == "/metrics"
        text = f"ledger_reaches_database {int(reached())}\n" if metrics else "ledger\n"
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


ThreadingHTTPServer((ADDRESS, int(PORT)), Handler).serve_forever()
