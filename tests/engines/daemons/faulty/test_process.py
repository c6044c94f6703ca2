"""The real daemon before a real server: one route is spoilt, everything else goes through whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from starting import serving

ADDRESS = "127.88.3.5"


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        told = {
            "path": self.path,
            "state": "done",
            "host": self.headers["host"],
            "cookie": self.headers.get("cookie"),
            "body": self.rfile.read(length).decode(),
        }
        text = json.dumps(told).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("content-length", str(len(text)))
        self.send_header("set-cookie", "a=1")
        self.send_header("set-cookie", "b=2")
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[str]:
    with serving(ADDRESS, _Echo) as url:
        yield url


def test_only_its_route_is_spoilt(start: Callable[..., Any], upstream: str, tmp_path: Path) -> None:
    plan = tmp_path / "route.json"
    plan.write_text(
        json.dumps(
            {
                "upstreams": [upstream],
                "method": "GET",
                "route": r"/api/[^/?&]+",
                "spoil": {"at": "$.state", "value": "not done"},
            }
        )
    )
    door = start("faulty", "--plan", plan)

    def ask(method: str, path: str, **more: Any) -> httpx.Response:
        return httpx.request(method, door.url(path), trust_env=False, **more)

    struck = ask("GET", "/api/w%2F7").json()
    assert (struck["state"], struck["path"]) == ("not done", "/api/w%2F7")
    other = ask("POST", "/api/7?x=%2B", content="hello", headers={"cookie": "c=3"})
    assert other.status_code == 201
    assert other.json() | {"host": ""} == {
        "path": "/api/7?x=%2B", "state": "done", "host": "", "cookie": "c=3", "body": "hello",
    }  # fmt: skip
    assert other.json()["host"] == door.ready["http"]  # who was asked for, as a proxy hands it on
    assert other.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert ask("GET", "/-/readyz").text == "ok\n"
    text = ask("GET", "/-/metrics").text
    assert 'faulty_answers_total{how="spoilt"} 1.0' in text
    assert 'faulty_answers_total{how="as they were"} 1.0' in text
    assert door.end() == 0
