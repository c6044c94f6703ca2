"""A VictoriaLogs of our own on a free port, and how it is filled and asked."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from seatrial.runtimes.local.engines import Engines

HOST = "127.88.7.1"
DEADLINE_S = 60


def program(engine: str, name: str) -> str:
    """Where a program of an engine is."""
    found = Engines(None).program(engine, name)
    if found is None:
        pytest.skip(f"{engine} is not installed: run `seatrial engines install`")
    return str(found)


@dataclass(frozen=True)
class Store:
    """A VictoriaLogs that answers at `url`."""

    url: str

    def put(self, events: Iterable[Mapping[str, object]]) -> None:
        """Store events; returns when all of them can be found."""
        lines = [json.dumps(each) for each in events]
        before = self.count()
        answer = httpx.post(
            f"{self.url}/insert/jsonline",
            params={"_stream_fields": "service,batch", "_time_field": "ts"},
            content="\n".join(lines),
            trust_env=False,
        )
        answer.raise_for_status()
        end = time.monotonic() + DEADLINE_S
        while self.count() < before + len(lines):
            assert time.monotonic() < end, "the store does not show what it took"
            time.sleep(0.2)

    def count(self) -> int:
        (found,) = self.ask("* | stats count() as n")
        return int(found["n"])

    def ask(self, query: str) -> list[dict[str, str]]:
        """What a query answers. Raises AssertionError where the store refuses it."""
        answer = httpx.post(
            f"{self.url}/select/logsql/query", data={"query": query}, timeout=60, trust_env=False
        )
        assert answer.status_code == httpx.codes.OK, f"{query}: {answer.text}"
        return [json.loads(line) for line in answer.text.splitlines()]


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("victorialogs")
    port = free_port()
    path = program("victorialogs", "victoria-logs")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [path, f"-httpListenAddr={HOST}:{port}", f"-storageDataPath={folder / 'data'}"],
            stdout=log,
            stderr=log,
        )
    try:
        found = Store(f"http://{HOST}:{port}")
        end = time.monotonic() + DEADLINE_S
        while True:
            try:
                httpx.get(f"{found.url}/health", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, (folder / "log").read_text()
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)
