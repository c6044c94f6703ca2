from __future__ import annotations

import json
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from starting import serving

ADDRESS = "127.88.3.2"


class _Shop(BaseHTTPRequestHandler):
    """A small server with one asynchronous workflow and some ways to fail."""

    protocol_version = "HTTP/1.1"
    asked = 0
    traces: set[str] = set()  # noqa: RUF012 - one a server class, remade by the fixture

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(202, {"id": f"w/{body['n']}"})

    def do_GET(self) -> None:
        type(self).traces.add(self.headers["traceparent"])
        if self.path == "/api/w%2F7":
            type(self).asked += 1
            self._answer(200, {"state": "done" if self.asked % 2 == 0 else "queued"})
        elif self.path == "/broken":
            self._answer(500, {})
        elif self.path == "/hang":
            threading.Event().wait(3)
            self._answer(200, {})
        else:
            self._answer(404, {})

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def shop() -> Iterator[str]:
    with serving(ADDRESS, type("Shop", (_Shop,), {"traces": set()})) as url:
        yield url


def _journey(name: str, base: str, path: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "bases": [base], "rate": 10, "steps": [{"path": path}], **more}


def _count(prober: Any, name: str, outcome: str) -> float:
    found = re.search(
        rf'^journey_requests_total{{journey="{name}",outcome="{outcome}"}} (\S+)$',
        prober.text("/metrics"),
        re.MULTILINE,
    )
    return float(found[1]) if found else -1.0


def _succeeded(prober: Any, name: str) -> float:
    found = re.search(
        rf'^journey_last_success_timestamp_seconds{{journey="{name}"}} (\S+)$',
        prober.text("/metrics"),
        re.MULTILINE,
    )
    return float(found[1]) if found else -1.0


def test_each_way_to_end_is_told_apart(
    start: Callable[..., Any],
    until: Callable[..., Any],
    shop: str,
    tmp_path: Path,
) -> None:
    with socket.create_server((ADDRESS, 0)) as unused:
        closed = f"http://{ADDRESS}:{unused.getsockname()[1]}"
    workflow = [
        {"method": "POST", "path": "/api", "json": {"n": 7}, "expect": {"status": 202},
         "keep": {"id": "$.id"}},
        {"path": "/api/${id}", "until": {"json": {"$.state": "done"}, "every_s": 0.01}},
    ]  # fmt: skip
    plan = tmp_path / "plan.json"
    journeys = [
        _journey("ok", shop, "/", steps=workflow, max_in_flight=1),
        _journey("failed", shop, "/broken"),
        _journey("unexpected", shop, "/nowhere"),
        _journey("refused", closed, "/"),
        _journey("timeout", shop, "/hang", timeout_s=0.2),
        _journey("full", shop, "/hang", max_in_flight=1),
        _journey("half", shop, "/", bases=[shop, closed]),  # one of two replicas is dead
    ]
    plan.write_text(json.dumps({"journeys": journeys}))
    began = time.time()
    prober = start("prober", "--drills", "--plan", plan)
    for name in ("ok", "failed", "unexpected", "refused", "timeout"):
        assert _count(prober, name, "ok") >= 0
        until(lambda name=name: _count(prober, name, name) > 0)
    for name in ("failed", "unexpected", "refused", "timeout"):
        assert _count(prober, name, "ok") == 0
        assert _succeeded(prober, name) == 0
    assert began <= _succeeded(prober, "ok") <= time.time()
    for outcome in ("unexpected", "refused"):  # each replica has its turn
        until(lambda outcome=outcome: _count(prober, "half", outcome) > 0)
    until(lambda: 'journey_not_started_total{journey="full"} 0.0' not in prober.text("/metrics"))
    assert _count(prober, "full", "failed") > 0
    step = 'journey_steps_total{journey="ok",outcome="ok",step="GET /api/${id}"}'
    assert step in prober.text("/metrics")
    assert prober.end() == 0


def test_sighup_reads_the_plan_again_and_a_wrong_one_changes_nothing(
    start: Callable[..., Any],
    until: Callable[..., Any],
    shop: str,
    tmp_path: Path,
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"journeys": [_journey("one", shop, "/")]}))
    prober = start("prober", "--drills", "--plan", plan)
    until(lambda: list(prober.get("/rate")) == ["one"])
    plan.write_text("{")
    prober.process.send_signal(signal.SIGHUP)
    until(lambda: "prober_plan_ok 0.0" in prober.text("/metrics"))
    assert list(prober.get("/rate")) == ["one"]
    plan.write_text(json.dumps({"journeys": [_journey("two", shop, "/")]}))
    prober.process.send_signal(signal.SIGHUP)
    until(lambda: list(prober.get("/rate")) == ["two"])
    until(lambda: _count(prober, "two", "unexpected") > 0)


def test_rate_is_multiplied_and_paused(
    start: Callable[..., Any],
    until: Callable[..., Any],
    shop: str,
    tmp_path: Path,
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"journeys": [_journey("one", shop, "/", rate=0.001)]}))
    prober = start("prober", "--drills", "--plan", plan)
    until(lambda: list(prober.get("/rate")) == ["one"])
    assert prober.post("/rate", {"journey": "one", "factor": 1000}).is_success
    assert prober.get("/rate")["one"] == {"rate": 0.001, "factor": 1000}
    until(lambda: _count(prober, "one", "unexpected") > 0)
    assert prober.post("/rate", {"journey": "one", "factor": 0}).is_success
    assert prober.post("/rate", {"journey": "no", "factor": 1}).status_code == 404
    for factor in (-1, True, "2", None):
        assert prober.post("/rate", {"journey": "one", "factor": factor}).status_code == 400


def test_a_journey_is_walked_from_each_entry_and_told_apart(
    start: Callable[..., Any],
    until: Callable[..., Any],
    shop: str,
    tmp_path: Path,
) -> None:
    with socket.create_server((ADDRESS, 0)) as unused:
        closed = f"http://{ADDRESS}:{unused.getsockname()[1]}"
    plan = tmp_path / "plan.json"
    both = [_journey("one", url, "/", entry=at) for at, url in (("eu", shop), ("us", closed))]
    plan.write_text(json.dumps({"journeys": both}))
    prober = start("prober", "--drills", "--plan", plan)

    def counted(entry: str, outcome: str) -> float:
        labels = f'entry="{entry}",journey="one",outcome="{outcome}"'
        found = re.search(rf"^journey_requests_total{{{labels}}} (\S+)$", page(), re.MULTILINE)
        return float(found[1]) if found else -1.0

    def page() -> str:
        return str(prober.text("/metrics"))

    until(lambda: counted("eu", "unexpected") > 0 and counted("us", "refused") > 0)
    assert counted("eu", "refused") == counted("us", "unexpected") == 0
    # a drill that changes the journey changes it at each
    assert prober.post("/rate", {"journey": "one", "factor": 0}).is_success
    for entry in ("eu", "us"):
        assert f'journey_rate_factor{{entry="{entry}",journey="one"}} 0.0' in page()
    assert prober.post("/detour", {"journey": "one", "base": shop}).is_success
    assert prober.post("/rate", {"journey": "one", "factor": 1}).is_success
    until(lambda: counted("us", "unexpected") > 0)


def test_nobody_changes_what_is_asked_where_there_are_no_drills(
    start: Callable[..., Any], shop: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"journeys": [_journey("one", shop, "/", rate=0.001)]}))
    prober = start("prober", "--plan", plan)
    for path in ("/rate", "/propagation", "/detour", "/assertion", "/maintenance"):
        assert prober.post(path, {"journey": "one", "factor": 0, "on": False}).status_code == 404
    assert "journey_rate_factor" in prober.text("/metrics")


def _told(prober: Any, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", prober.text("/metrics"), re.MULTILINE)
    return float(found[1]) if found else -1.0


def test_what_is_in_maintenance_is_not_walked_until_that_is_over(
    start: Callable[..., Any], until: Callable[..., Any], shop: str, tmp_path: Path
) -> None:
    now = time.time()
    plan = tmp_path / "plan.json"

    def write(*windows: list[float]) -> None:
        closed = _journey("closed", shop, "/nowhere", maintenance=windows)
        later = [[now + 7200, now + 7300]]
        journeys = [closed, _journey("open", shop, "/nowhere", maintenance=later)]
        plan.write_text(json.dumps({"journeys": journeys}))

    write([1.0, 2.0], [now - 60, now + 3600])
    prober = start("prober", "--plan", plan)
    until(lambda: _count(prober, "open", "unexpected") > 3)
    assert _count(prober, "closed", "unexpected") == 0
    told = [_told(prober, _CLOSED.format(each)) for each in ("closed", "open")]
    assert told == [1, 0]
    over = time.time() + 4
    write([now - 60, over])
    prober.process.send_signal(signal.SIGHUP)
    until(lambda: _count(prober, "closed", "unexpected") > 0)
    assert time.time() >= over
    # what it did not walk it does not make up for
    assert _count(prober, "closed", "unexpected") <= (time.time() - over) * 10 + 1
    assert _told(prober, _CLOSED.format("closed")) == 0


def test_a_run_that_ends_in_maintenance_counts_for_nothing(
    start: Callable[..., Any], until: Callable[..., Any], shop: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    journeys = [_journey("hang", shop, "/hang", rate=1), _journey("one", shop, "/nowhere")]
    plan.write_text(json.dumps({"journeys": journeys}))
    prober = start("prober", "--drills", "--plan", plan)
    under_way = 'journey_in_flight{journey="hang"}'
    until(lambda: _told(prober, under_way) > 0)
    assert prober.post("/maintenance", {"journey": "hang", "on": True}).is_success
    until(lambda: _told(prober, under_way) == 0)
    assert _count(prober, "hang", "ok") == 0
    assert _told(prober, 'journey_steps_total{journey="hang",outcome="ok",step="GET /hang"}') == 0
    assert _told(prober, _CLOSED.format("hang")) == 1
    assert _count(prober, "one", "unexpected") > 0
    assert prober.post("/maintenance", {"journey": "hang", "on": False}).is_success
    until(lambda: _count(prober, "hang", "ok") > 0)
    assert prober.post("/maintenance", {"journey": "hang"}).status_code == 400
    assert prober.post("/maintenance", {"journey": "none", "on": True}).status_code == 404


_CLOSED = 'journey_maintenance{{journey="{}"}}'


@pytest.fixture
def mute() -> Iterator[str]:
    """Takes each request, and closes without a word: so ends what a cut link swallowed, too."""
    listener = socket.create_server((ADDRESS, 0))

    def serve() -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            with taken:
                taken.recv(65536)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://{ADDRESS}:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def _sight(prober: Any, what: str) -> float:
    found = re.search(rf"^prober_{what}_total (\S+)$", prober.text("/metrics"), re.MULTILINE)
    return float(found[1]) if found else -1.0


def test_a_connection_that_is_closed_without_a_word_is_no_answer(
    start: Callable[..., Any], until: Callable[..., Any], mute: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    journey = _journey("one", mute, "/")
    journey["steps"] = [{"method": "POST", "path": "/", "json": {"n": 1}}]
    plan.write_text(json.dumps({"journeys": [journey]}))
    prober = start("prober", "--plan", plan)
    until(lambda: _count(prober, "one", "failed") > 3)
    assert _sight(prober, "ended") > 3
    assert _sight(prober, "answered") == 0


def test_a_run_that_hangs_in_a_later_step_was_answered(
    start: Callable[..., Any], until: Callable[..., Any], shop: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    journey = _journey("one", shop, "/", timeout_s=0.3)
    journey["steps"] = [{"path": "/broken", "expect": {"status": 500}}, {"path": "/hang"}]
    plan.write_text(json.dumps({"journeys": [journey]}))
    prober = start("prober", "--plan", plan)
    until(lambda: _sight(prober, "answered") > 3)
    assert _count(prober, "one", "timeout") > 3
    assert _count(prober, "one", "ok") == 0
