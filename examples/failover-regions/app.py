"""A ledger in little: a page that needs nobody, and an entry that needs the database's primary."""

import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT, HOST, SQL = sys.argv[1:]
SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"  # a server of PostgreSQL answers it with one letter
WORK = 0.05  # seconds that a page takes: at any moment some are under way


def reached() -> bool:
    """Whether a server answers at the database's port: that is led to its primary alone."""
    try:
        with socket.create_connection((HOST, int(SQL)), timeout=1) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in {b"S", b"N"}
    except OSError:
        return False


class Handler(BaseHTTPRequestHandler):
    """Ready as long as the process runs; the figure is for Prometheus."""

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self._answer(200, f"ledger_reaches_database {int(reached())}\n")
            return
        if self.path == "/":
            time.sleep(WORK)
        self._answer(200, "ledger\n")

    def do_POST(self) -> None:
        time.sleep(WORK)
        self._answer(*((201, "booked\n") if reached() else (503, "nobody takes writes\n")))

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


ThreadingHTTPServer((ADDRESS, int(PORT)), Handler).serve_forever()
