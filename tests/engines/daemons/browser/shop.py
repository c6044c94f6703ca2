"""A small shop as pages, served on loopback, that a test breaks while it runs."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOST = "127.88.4.3"
PASSWORD = "correct-horse-staple"
JOURNEY = "sign-in"
ACTS: list[dict[str, Any]] = [
    {"name": "open /login", "do": "open", "path": "/login"},
    {"name": "fill e-mail", "do": "fill", "at": {"label": "E-mail"}, "value": "p@acme.example"},
    {
        "name": "fill password",
        "do": "fill",
        "at": {"label": "Password"},
        "value": PASSWORD,
        "secret": True,
    },
    {
        "name": "click sign in",
        "do": "click",
        "at": {"role": "button", "name": "Sign in"},
        "expect": {"url": "/home", "at": {"role": "heading", "name": "Orders"}},
        "keep": {"number": {"selector": "#number"}},
    },
    {
        "name": "click order",
        "do": "click",
        "at": {"text": "Open the order"},
        "expect": {"url": "/orders/*", "at": {"text": "total"}, "contains": "12.50"},
        "keep": {"id": {"url": "/orders/*"}},
    },
]
LOGIN = """<!doctype html><title>Shop</title><h1>Sign in</h1>
<form method=post action=/login>
<label>E-mail <input name=email></label>
<label>Password <input name=password type=password></label>
{button}
</form>"""
HOME = """<!doctype html><title>Home</title><h1>Orders</h1>
<p>Order <b id=number>4711</b></p>{body}
<a href=/orders/4711>Open the order</a>"""
ORDER = """<!doctype html><h1>Order 4711</h1><p>total 12.50</p>"""


@dataclass
class Site:
    """What is broken of it, and what it was asked."""

    url: str = ""
    button: str = "<button>Sign in</button>"
    home: str = ""  # put into the page that users come to
    refuses: bool = False  # the form answers 500
    hangs: threading.Event = field(default_factory=threading.Event)  # pages never come while set
    ended: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, traceparent
    deleted: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, text: str = "", **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _take(self) -> str:
        path = urlsplit(self.path).path
        self.site.asked.append((self.command, path, self.headers.get("traceparent", "")))
        while self.site.hangs.is_set() and not self.site.ended.wait(0.1):
            pass
        return path

    def do_GET(self) -> None:
        path = self._take()
        if path == "/login":
            self._answer(200, LOGIN.format(button=self.site.button))
        elif path == "/home":
            self._answer(200, HOME.format(body=self.site.home))
        elif path.startswith("/orders/"):
            self._answer(200, ORDER)
        else:
            self._answer(404)

    def do_POST(self) -> None:
        self._take()
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        right = parse_qs(text).get("password") == [PASSWORD]
        if self.site.refuses or not right:
            self._answer(500 if self.site.refuses else 403, "no")
        else:
            self._answer(303, Location="/home")

    def do_DELETE(self) -> None:
        self.site.deleted.append(self._take())
        self._answer(200)


@contextmanager
def shop(certificate: tuple[Path, Path] | None = None) -> Iterator[Site]:
    """Serve it at a free port, over TLS where it has a certificate and its key."""
    site = Site()
    server = ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"site": site}))
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.url = f"http{'s' if certificate else ''}://{HOST}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
