"""What a run made is taken back however the run ended, and no request is sent twice as another."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from starting import serving

from seatrial.daemons.prober.plan import Expect, Journey, Step

ADDRESS = "127.88.3.6"


class _Shop(BaseHTTPRequestHandler):
    """Makes carts, which stay until they are deleted; some answers never end."""

    protocol_version = "HTTP/1.1"
    carts: set[str]
    made: int
    keys: list[str]

    def do_POST(self) -> None:
        own = type(self)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        own.keys.append(self.headers["idempotency-key"])
        own.made += 1
        own.carts.add(str(own.made))
        self._answer(201, {"id": own.made})

    def do_DELETE(self) -> None:
        type(self).carts.discard(self.path.rpartition("/")[2])
        self._answer(200, {})

    def do_GET(self) -> None:
        if self.path == "/hang":
            threading.Event().wait(30)
        if self.path == "/drip":  # an answer that never ends
            self.send_response(200)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"1\r\nx\r\n")
                    time.sleep(0.02)
            except OSError:
                return
        self._answer(500 if self.path == "/broken" else 200, {"state": "open"})

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def shop() -> Iterator[tuple[str, type[_Shop]]]:
    own = type("Own", (_Shop,), {"carts": set(), "made": 0, "keys": []})
    with serving(ADDRESS, own) as url:
        yield url, own


@pytest.fixture
def begin(start: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Start a prober that walks one journey."""

    def make(told: dict[str, Any]) -> Any:
        plan = tmp_path / "plan.json"
        plan.write_text(json.dumps({"journeys": [told]}))
        return start("prober", "--drills", "--plan", plan)

    return make


def journey(base: str, *then: dict[str, Any], **more: Any) -> dict[str, Any]:
    make = {"method": "POST", "path": "/carts", "expect": {"status": 201}, "keep": {"id": "$.id"}}
    return {
        "name": "buy",
        "bases": [base],
        "rate": 10,
        "steps": [make, *then],
        "cleanup": [{"method": "DELETE", "path": "/carts/${id}"}],
        **more,
    }


def count(prober: Any, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", prober.text("/metrics"), re.MULTILINE)
    return float(found[1]) if found else -1.0


def runs(prober: Any, outcome: str) -> float:
    return count(prober, f'journey_requests_total{{journey="buy",outcome="{outcome}"}}')


@pytest.mark.parametrize(
    ("path", "ends"),
    [("/", ("ok", 10)), ("/broken", ("failed", 10)), ("/hang", ("timeout", 2)),
     ("/drip", ("timeout", 2))],
)  # fmt: skip
def test_it_is_taken_back_however_the_run_ends(
    begin: Callable[..., Any],
    until: Callable[..., Any],
    shop: tuple[str, type[_Shop]],
    path: str,
    ends: tuple[str, float],
) -> None:
    base, state = shop
    outcome, timeout = ends
    prober = begin(journey(base, {"path": path}, timeout_s=timeout))
    until(lambda: runs(prober, outcome) >= 3)
    taken = 'journey_steps_total{journey="buy",outcome="ok",step="DELETE /carts/${id}"}'
    until(lambda: count(prober, taken) >= 3)
    # also of the runs that are under way when it ends; who asked for a cart was told which
    assert prober.post("/rate", {"journey": "buy", "factor": 0}).status_code == 200
    made = 'journey_steps_total{journey="buy",outcome="ok",step="POST /carts"}'
    until(lambda: count(prober, made) == state.made)
    assert prober.end() == 0
    assert state.made > 3
    assert state.carts == set()


def test_what_was_never_made_is_not_taken_back(
    begin: Callable[..., Any], until: Callable[..., Any], shop: tuple[str, type[_Shop]]
) -> None:
    told = journey(shop[0])
    told["steps"] = [{"path": "/broken"}, *told["steps"]]
    prober = begin(told)
    until(lambda: count(prober, "prober_ended_total") >= 3)  # each came to its end
    assert shop[1].made == 0
    for outcome in ("ok", "failed"):
        series = (
            f'journey_steps_total{{journey="buy",outcome="{outcome}",step="DELETE /carts/${{id}}"}}'
        )
        assert count(prober, series) == 0


def test_a_clean_up_that_fails_is_told_and_its_user_was_served(
    begin: Callable[..., Any], until: Callable[..., Any], shop: tuple[str, type[_Shop]]
) -> None:
    told = journey(shop[0], cleanup=[{"path": "/broken"}])
    prober = begin(told)
    until(lambda: runs(prober, "ok") >= 3)
    left = 'journey_steps_total{journey="buy",outcome="failed",step="GET /broken"}'
    until(lambda: count(prober, left) >= 3)
    assert runs(prober, "failed") == 0


def test_each_request_has_a_key_of_its_own(
    begin: Callable[..., Any], until: Callable[..., Any], shop: tuple[str, type[_Shop]]
) -> None:
    twice = {"method": "POST", "path": "/carts", "expect": {"status": 201}}
    prober = begin(journey(shop[0], twice))
    until(lambda: runs(prober, "ok") >= 2)
    keys = list(shop[1].keys)
    assert all(re.fullmatch(r"[0-9a-f]{12}-[12]", each) for each in keys), keys
    assert len(set(keys)) == len(keys)


def test_two_steps_that_are_alike_are_two() -> None:
    def step() -> Step:
        return Step(name="GET /", method="GET", path="/", expect=Expect(status=frozenset({200})))

    first, second, last = step(), step(), step()
    one = Journey(
        name="x",
        bases=("http://a",),
        rate=1,
        timeout_s=1,
        max_in_flight=1,
        steps=(first, second),
        cleanup=(last,),
    )
    assert [one.number(each) for each in (first, second, last)] == [1, 2, 3]


def test_a_journey_is_led_elsewhere_and_back(
    begin: Callable[..., Any], until: Callable[..., Any], shop: tuple[str, type[_Shop]]
) -> None:
    prober = begin(journey(shop[0]))
    until(lambda: runs(prober, "ok") >= 1)
    lost = {"journey": "buy", "base": "http://127.88.3.99:9"}
    assert prober.post("/detour", lost).status_code == 200
    until(lambda: runs(prober, "refused") >= 2)
    assert prober.post("/detour", {**lost, "base": ""}).status_code == 200
    good = runs(prober, "ok")
    until(lambda: runs(prober, "ok") > good + 1)
    assert prober.post("/detour", {"journey": "buy", "base": "ftp://x"}).status_code == 400
    assert prober.post("/detour", {"journey": "sell", "base": ""}).status_code == 404


def test_a_step_of_which_nothing_is_expected_goes_well(
    begin: Callable[..., Any], until: Callable[..., Any], shop: tuple[str, type[_Shop]]
) -> None:
    waits = {"path": "/", "until": {"json": {"$.state": "paid"}, "within_s": 0.1, "every_s": 0.05}}
    prober = begin(journey(shop[0], {"path": "/broken"}, waits))
    until(lambda: runs(prober, "failed") >= 1)
    for step in ("GET /broken", "GET /"):
        loose = {"journey": "buy", "step": step, "on": False}
        assert prober.post("/assertion", loose).status_code == 200
    until(lambda: runs(prober, "ok") >= 2)
    assert prober.post("/assertion", {**loose, "on": True}).status_code == 200
    until(lambda: runs(prober, "timeout") >= 1)
    assert prober.post("/assertion", {**loose, "step": "GET /nowhere"}).status_code == 404
    assert prober.post("/assertion", {**loose, "on": 1}).status_code == 400
