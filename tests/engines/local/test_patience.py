"""How long a runtime waits for an answer: who looks asks again, an order is given once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared import asking
from seatrial.runtimes.shared.asking import ask, client

HOST = "127.88.4.17"


class Busy(BaseHTTPRequestHandler):
    """Answers when it is let, and notes what it was asked."""

    free = threading.Event()
    asked: list[str]

    def _answer(self) -> None:
        self.asked.append(self.command)
        self.free.wait(60)
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - as the base class calls them

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def busy() -> Iterator[str]:
    Busy.free.clear()
    Busy.asked = []
    with ThreadingHTTPServer((HOST, 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/drills"
        finally:
            Busy.free.set()
            server.shutdown()
            thread.join()


def asked(url: str, method: str) -> int:
    with client() as http:
        return ask(http, "backups", method=method, url=url, body="", headers=()).status


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_order_is_given_once_to_who_is_slow_to_answer(
    busy: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_SECONDS", 0.2)
    timer = threading.Timer(1.0, Busy.free.set)
    timer.start()
    try:
        assert asked(busy, method) == 202
    finally:
        timer.join()
    assert Busy.asked == [method]


@pytest.mark.parametrize(("method", "patience"), [("GET", "_SECONDS"), ("POST", "_ORDERED")])
def test_who_never_answers_is_not_waited_for_for_ever(
    busy: str, method: str, patience: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, patience, 0.2)
    with pytest.raises(RuntimeFailure, match="backups does not answer"):
        asked(busy, method)
