"""A real Jaeger with the rendered configuration, on free ports of loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.engines.jaeger import config, query
from seatrial.engines.jaeger import workload as jaeger
from seatrial.runtimes.local.engines import Engines
from seatrial.traces.span import Span

HOST = "127.88.6.1"
DEADLINE_S = 180
NONE: Mapping[str, str] = {}
KEEPING = config.Keeping(
    wait=1,
    slow=0.5,
    always=("seatrial.journey",),
    share=0.0,
    retention=3600,
    held=1000,
    memory=400 * 2**20,
)


@dataclass(kw_only=True)
class Jaeger:
    """One that can be killed and comes back with the same folder."""

    argv: list[str]
    ports: dict[str, int]
    process: subprocess.Popen[bytes] | None = None
    wait: float = KEEPING.wait

    def url(self, port: str, path: str) -> str:
        return f"http://{HOST}:{self.ports[port]}{path}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.until(lambda: self.get("health", "/status").status_code == httpx.codes.OK)

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def end(self) -> int:
        """Ask it to end; its status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(DEADLINE_S)
        self.process = None
        return status

    def get(self, port: str, path: str, headers: Mapping[str, str] = NONE) -> httpx.Response:
        return httpx.get(self.url(port, path), headers=headers, trust_env=False, timeout=30)

    def send(self, *spans: dict[str, Any], service: str = "api") -> None:
        answer = self.offer(*spans, service=service)
        assert answer.status_code == httpx.codes.OK, answer.text

    def offer(self, *spans: dict[str, Any], service: str = "api") -> httpx.Response:
        """Send spans, which may be refused."""
        attributes = [{"key": "service.name", "value": {"stringValue": service}}]
        body = {
            "resourceSpans": [
                {"resource": {"attributes": attributes}, "scopeSpans": [{"spans": list(spans)}]}
            ]
        }
        return httpx.post(
            self.url(jaeger.OTLP, "/v1/traces"),
            content=json.dumps(body),
            headers={"Content-Type": "application/json"},
            trust_env=False,
            timeout=30,
        )

    def found(self, service: str = "api") -> dict[str, tuple[Span, ...]]:
        answer = self.get(jaeger.QUERY, query.search(service, limit=100))
        if answer.status_code != httpx.codes.OK:
            return {}
        return {spans[0].trace: spans for spans in query.traces(answer.content)}

    @staticmethod
    def until(ask: Callable[[], Any]) -> Any:
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            try:
                if found := ask():
                    return found
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        return pytest.fail("did not happen")


@pytest.fixture
def live(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Jaeger]:
    """Keeps the share of all other traces that a test is parametrised with, none by default."""
    share = getattr(request, "param", KEEPING.share)
    with started(tmp_path, replace(KEEPING, share=share)) as found:
        yield found


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Jaeger]:
    """One that holds all that comes until it has no more room: it judges nothing for minutes."""
    folder = tmp_path / "jaeger"
    folder.mkdir()
    with started(folder, replace(KEEPING, wait=600, held=100_000, memory=160 * 2**20)) as found:
        yield found


@contextmanager
def started(folder: Path, keeping: config.Keeping) -> Iterator[Jaeger]:
    """One whose store is in that folder."""
    with ExitStack() as held:  # all at once, so that no port is given twice
        ports = {
            name: held.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
            for name in jaeger.PORTS
        }
    text = config.configuration(keeping, prometheus=None)
    for name, port in ports.items():
        text = text.replace(f"${{self.ports.{name}}}", str(port))
    text = text.replace("${self.dir}", str(folder)).replace("${self.address}", HOST)
    (folder / config.DATA).mkdir()
    file = folder / config.FILE
    file.write_text(text, encoding="utf-8")
    program = Engines(None).program("jaeger", "jaeger")
    assert program is not None, "run `seatrial engines install jaeger`"
    found = Jaeger(argv=[str(program), f"--config={file}"], ports=ports)
    found.start()
    try:
        yield found
    finally:
        if found.process is not None:
            found.kill()
