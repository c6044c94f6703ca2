"""Daemons as real processes on loopback, each of which is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

HOST = "127.88.4.1"
DEADLINE_S = 120


@dataclass(frozen=True, kw_only=True)
class Daemon:
    """A running daemon: its process and what its ready line said."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    def url(self, path: str) -> str:
        return f"http://{self.ready['http']}{path}"

    def get(self, path: str) -> Any:
        return httpx.get(self.url(path), trust_env=False, timeout=DEADLINE_S).json()

    def text(self, path: str) -> str:
        return httpx.get(self.url(path), trust_env=False, timeout=DEADLINE_S).text

    def post(self, path: str, body: Any) -> httpx.Response:
        return httpx.post(self.url(path), json=body, trust_env=False, timeout=DEADLINE_S)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(DEADLINE_S)

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(DEADLINE_S)


Start = Callable[..., Daemon]


@contextmanager
def serving(host: str, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server of the standard library at a free port; its URL. It ends with the block."""
    server = ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def starting() -> Iterator[Start]:
    """Start daemons by name; all of them end with the block."""
    started: list[subprocess.Popen[str]] = []

    def begin(name: str, *arguments: object, env: Mapping[str, str] | None = None) -> Daemon:
        argv = [sys.executable, "-m", f"seatrial.daemons.{name}", "--host", HOST, "--port", "0"]
        process = subprocess.Popen(
            [*argv, *(str(a) for a in arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )
        started.append(process)
        assert process.stdout
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "ready":
                return Daemon(process=process, ready=event)
        pytest.fail(f"{name} ended before it was ready: {process.wait()}")

    try:
        yield begin
    finally:
        for process in started:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
