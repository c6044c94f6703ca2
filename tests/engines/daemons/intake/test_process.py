"""The real door and the real prober outside: TLS, tokens, and what is shown of a place."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from starting import serving

ADDRESS = "127.88.3.7"
TOKEN, OTHER = "the-token-of-the-office", "the-next-token-of-it"


class _Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with serving(ADDRESS, _Page) as url:
        yield url


class Home:
    """The door at home with its files, which can be started again on the same ports."""

    def __init__(self, start: Callable[..., Any], folder: Path) -> None:
        self._start, self.folder = start, folder
        self.ports = [_free(), _free()]
        self.tell(TOKEN)

    def tell(self, token: str) -> None:
        (self.folder / "places.json").write_text(json.dumps({"places": {"office": [token]}}))

    def begin(self) -> Any:
        keys, places = self.folder / "keys", self.folder / "places.json"
        inner, outer = self.ports
        self.door = self._start(
            "intake", "--port", inner, "--tls-port", outer, "--places", places, "--keys", keys
        )
        return self.door

    @property
    def url(self) -> str:
        return f"https://{self.door.ready['tls']}"

    def bundle(self, site: str, token: str = TOKEN, place: str = "office") -> tuple[Path, Path]:
        folder = self.folder / "bundle"
        folder.mkdir(exist_ok=True)
        (folder / "ca.pem").write_text(self.door.text("/ca.pem"))
        (folder / "token").write_text(token)
        told = {"url": self.url, "place": place, "ca": "ca.pem", "token": "token"}
        (folder / "home.json").write_text(json.dumps(told))
        plan = {
            "journeys": [{"name": "look", "bases": [site], "rate": 20, "steps": [{"path": "/"}]}]
        }
        (folder / "plan.json").write_text(json.dumps(plan))
        return folder / "plan.json", folder / "home.json"


def _free() -> int:
    with socket.create_server(("127.88.3.1", 0)) as unused:
        return int(unused.getsockname()[1])


@pytest.fixture
def home(start: Callable[..., Any], tmp_path: Path) -> Home:
    found = Home(start, tmp_path)
    found.begin()
    return found


def value(text: str, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


OK = 'journey_requests_total{journey="look",outcome="ok"}'


def test_what_a_prober_outside_saw_is_shown_at_home(
    start: Callable[..., Any], until: Callable[..., Any], home: Home, site: str
) -> None:
    assert httpx.get(home.door.url("/places/office/metrics"), trust_env=False).status_code == 503
    plan, told = home.bundle(site)
    prober = start("prober", "--plan", plan, "--home", told)
    until(lambda: value(home.door.text("/places/office/metrics"), OK) > 0)
    shown = value(home.door.text("/places/office/metrics"), OK)
    assert shown <= value(prober.text("/metrics"), OK)
    assert "process_" not in home.door.text("/places/office/metrics")
    assert value(home.door.text("/metrics"), 'intake_pages_total{outcome="taken",place="office"}')
    # home is away: nothing is kept but the counters, and they go on
    home.door.kill()
    until(lambda: value(prober.text("/metrics"), 'home_pages_total{outcome="unreachable"}') > 0)
    until(lambda: value(prober.text("/metrics"), OK) > shown + 20)
    home.begin()
    until(lambda: value(home.door.text("/places/office/metrics"), OK) > shown)
    # nothing is counted twice: home never shows more than the prober itself
    assert value(home.door.text("/places/office/metrics"), OK) <= value(prober.text("/metrics"), OK)
    # the same key was kept: who trusted home before still does
    assert value(prober.text("/metrics"), 'home_pages_total{outcome="sent"}') > 1
    assert prober.end() == 0
    until(
        lambda: (
            httpx.get(home.door.url("/places/office/metrics"), trust_env=False).status_code == 503
        )
    )
    assert home.door.end() == 0


def test_a_wrong_token_is_refused_and_counted_and_a_revoked_one_at_once(
    start: Callable[..., Any], until: Callable[..., Any], home: Home, site: str
) -> None:
    plan, told = home.bundle(site, token="no-token-of-anybody")
    wrong = start("prober", "--plan", plan, "--home", told)
    refused = 'intake_pages_total{outcome="refused",place=""}'
    until(lambda: value(home.door.text("/metrics"), refused) > 0)
    until(lambda: value(wrong.text("/metrics"), 'home_pages_total{outcome="denied"}') > 0)
    assert httpx.get(home.door.url("/places/office/metrics"), trust_env=False).status_code == 503
    wrong.end()
    plan, told = home.bundle(site)
    right = start("prober", "--plan", plan, "--home", told)
    until(lambda: value(right.text("/metrics"), 'home_pages_total{outcome="sent"}') > 0)
    home.tell(OTHER)
    home.door.process.send_signal(signal.SIGHUP)
    until(lambda: value(right.text("/metrics"), 'home_pages_total{outcome="denied"}') > 0)


def test_a_home_that_another_authority_vouches_for_is_told_nothing(
    start: Callable[..., Any], until: Callable[..., Any], home: Home, site: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = Home(start, other)
    stranger.begin()
    plan, told = home.bundle(site)
    (told.parent / "ca.pem").write_text(stranger.door.text("/ca.pem"))
    prober = start("prober", "--plan", plan, "--home", told)
    until(lambda: value(prober.text("/metrics"), 'home_pages_total{outcome="unreachable"}') > 0)
    text = home.door.text("/metrics")
    assert value(text, 'intake_pages_total{outcome="taken",place="office"}') == 0
    assert value(text, 'intake_pages_total{outcome="refused",place=""}') == 0


def test_the_door_takes_nothing_but_pages(home: Home) -> None:
    trusting = ssl.create_default_context(cadata=home.door.text("/ca.pem"))
    right = {"authorization": f"Bearer {TOKEN}", "seatrial-start": "a", "seatrial-number": "1"}
    with httpx.Client(verify=trusting, trust_env=False, base_url=home.url) as client:

        def send(content: bytes, **headers: str) -> int:
            told = {key.replace("_", "-"): text for key, text in headers.items()}
            return client.post(
                "/v1/places/office", content=content, headers={**right, **told}
            ).status_code

        good = b'check_up{check="a"} 1\n'
        assert client.post("/v1/places/office", content=good).status_code == 401
        assert send(good, authorization="Basic x") == 401
        assert send(good, seatrial_number="x") == 400
        assert send(b"up 1\n") == 400
        assert send(b"\xff\xfe") == 400
        assert send(b"x" * (2 * 1024 * 1024 + 1)) == 413
        assert send(good) == 204
        assert send(good, seatrial_number="2") == 429
        for path in ("/metrics", "/places/office/metrics", "/ca.pem"):
            assert client.get(path).status_code == 404
    text = home.door.text("/metrics")
    assert value(text, 'intake_pages_total{outcome="unreadable",place="office"}') == 3
    assert value(text, 'intake_pages_total{outcome="too often",place="office"}') == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{home.url}/", trust_env=False)  # nobody trusts it without being told
    # who tries tokens is let try twenty a second
    with httpx.Client(verify=trusting, trust_env=False, base_url=home.url) as client:
        answers = [client.post("/v1/places/x", content=b"").status_code for _ in range(200)]
    assert set(answers) <= {401, 429}
    text = home.door.text("/metrics")
    told = [
        value(text, f'intake_pages_total{{outcome="{each}",place=""}}')
        for each in ("refused", "overrun")
    ]
    assert sum(told) == 202
