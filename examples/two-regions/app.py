"""A service that says where it stands."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT, REGION = sys.argv[1:]


class Handler(BaseHTTPRequestHandler):
    """The same page for all, with a figure of its own for Prometheus."""

    def do_GET(self) -> None:
        metrics = self.path == "/metrics"
        text = f'front_stands_in{{place="{REGION}"}} 1\n' if metrics else f"{REGION}\n"
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


ThreadingHTTPServer((ADDRESS, int(PORT)), Handler).serve_forever()
