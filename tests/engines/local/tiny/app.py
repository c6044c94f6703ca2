"""A service that says its greeting and, where it has one, that of what it calls."""

import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT, *UPSTREAM = sys.argv[1:]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Handler(BaseHTTPRequestHandler):
    """Answers /readyz by itself, and / with the help of its upstream."""

    def do_GET(self) -> None:
        text = os.environ["GREETING"]
        if self.path != "/readyz" and UPSTREAM:
            try:
                with _OPENER.open(f"{UPSTREAM[0]}/", timeout=3) as answer:
                    text += " " + answer.read().decode()
            except OSError:
                self.send_error(502)
                return
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


ThreadingHTTPServer((ADDRESS, int(PORT)), Handler).serve_forever()
