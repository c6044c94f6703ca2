"""The door to the container engine: which one answers, and what is said when none will do."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import MINIMUM, Client, open_client

_TOLD: Mapping[str, Mapping[str, Any]] = {
    "docker": {"Version": "20.10.24", "ApiVersion": "1.41", "Components": [{"Name": "Engine"}]},
    "podman": {
        "Version": "4.3.1",
        "ApiVersion": "1.41",
        "Components": [{"Name": "Podman Engine"}],
    },
}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    product = "docker"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = {"SecurityOptions": ["name=rootless"], "Architecture": "x86_64"}
        told = _TOLD[self.server.product] if self.path.endswith("/version") else body
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_words: Any) -> None:
        pass

    def address_string(self) -> str:
        return "here"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[_Server]:
    """An engine of another time, as far as its version goes."""
    with _Server(str(tmp_path / "s"), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_real_engine_answers(client: Client) -> None:
    assert client.api >= MINIMUM
    assert client.version
    assert client.environment()["DOCKER_HOST"] == client.host


def test_an_engine_that_is_too_old_is_refused_with_both_versions(old: _Server) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        open_client({"DOCKER_HOST": f"unix://{old.server_address!s}"})
    assert "Docker Engine 20.10.24" in caught.value.summary
    assert "speaks version 1.41 of Docker's API, seatrial needs 1.43" in caught.value.summary
    assert "24 or newer" in caught.value.cure


def test_podman_is_taken_by_its_own_version(old: _Server) -> None:
    old.product = "podman"
    found = open_client({"DOCKER_HOST": f"unix://{old.server_address!s}"})
    assert (found.title, found.version, found.rootless) == ("Podman", "4.3.1", True)
    assert found.environment()["DOCKER_BUILDKIT"] == "0"
    found.close()


def test_where_a_named_engine_does_not_answer_the_cure_is_about_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        open_client({"DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    assert "does not answer" in caught.value.summary
    assert f"{tmp_path}/none.sock" in caught.value.summary
    assert f"{tmp_path}/none.sock" in caught.value.cure
    assert "DOCKER_HOST" in caught.value.cure


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "http://127.0.0.1:1"])
def test_where_a_named_address_refuses_it_is_said_in_the_same_way(url: str) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        open_client({"DOCKER_HOST": url})
    assert "does not answer" in caught.value.summary
    assert f"start the engine at {url}" in caught.value.cure
