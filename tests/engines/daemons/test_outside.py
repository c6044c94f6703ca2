"""A prober outside, the door at home, a real Prometheus: one more voice, never counted twice.

The prober outside is a process of its own that has nothing but its folder: plan, certificate, token
and where home is.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from starting import serving

from seatrial.contract.declaration import RuleGroup
from seatrial.engines.prometheus import rules, votes
from seatrial.runtimes.local.engines import Engines

pytestmark = pytest.mark.engines
HOST = "127.88.4.9"
TOKEN = "the-token-of-the-office"
WINDOW = 6.0  # seconds without an answer, and a region is blind; thirty in a system
Until = Callable[[Callable[[], Any]], Any]


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
    with serving(HOST, _Page) as url:
        yield url


class Running:
    """Processes of this test: each can be killed and begun again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def daemon(self, name: str, *words: object) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        argv = [sys.executable, "-m", f"seatrial.daemons.{name}", "--host", HOST, *map(str, words)]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        assert process.stdout
        ready: dict[str, Any] = json.loads(process.stdout.readline())
        assert ready["event"] == "ready", ready
        return process, ready

    def program(self, *argv: str) -> None:
        log = (self.folder / "prometheus.log").open("w")
        self.started.append(subprocess.Popen(argv, stdout=log, stderr=log, text=True))
        log.close()

    def end(self) -> None:
        for each in self.started:
            each.kill()
            each.wait()
            if each.stdout:
                each.stdout.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(tmp_path)
    yield found
    found.end()


def free() -> int:
    with socket.create_server((HOST, 0)) as unused:
        return int(unused.getsockname()[1])


def plan(site: str) -> str:
    looks = {"name": "look", "bases": [site], "rate": 10, "steps": [{"path": "/"}]}
    return json.dumps({"journeys": [looks]})


class Home:
    """Home: its own prober, the door, and Prometheus with the rules that count voices."""

    def __init__(self, running: Running, site: str, until: Until) -> None:
        self.running, self.folder, self.until = running, running.folder, until
        (self.folder / "plan.json").write_text(plan(site))
        (self.folder / "places.json").write_text(json.dumps({"places": {"office": [TOKEN]}}))
        self.inner, self.outer, self.port = free(), free(), free()
        self.door = self.open()
        _, own = running.daemon("prober", "--port", 0, "--plan", self.folder / "plan.json")
        self._prometheus(own["http"])

    def open(self) -> subprocess.Popen[str]:
        """The door, on the same ports and with the same keys whenever it is begun."""
        places, keys = self.folder / "places.json", self.folder / "keys"
        words = ("--port", self.inner, "--tls-port", self.outer, "--places", places, "--keys", keys)
        return self.running.daemon("intake", *words)[0]

    def bundle(self, site: str, token: str = TOKEN) -> Path:
        folder = self.folder / "outside"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        trusted = httpx.get(f"http://{HOST}:{self.inner}/ca.pem", trust_env=False).text
        told = {
            "url": f"https://{HOST}:{self.outer}", "place": "office",
            "ca": "ca.pem", "token": "token",
        }  # fmt: skip
        files = {"ca.pem": trusted, "token": token, "home.json": json.dumps(told)}
        for name, text in {**files, "plan.json": plan(site)}.items():
            (folder / name).write_text(text)
        return folder

    def outside(self, folder: Path) -> tuple[subprocess.Popen[str], str]:
        words = ("--port", 0, "--plan", folder / "plan.json", "--home", folder / "home.json")
        process, ready = self.running.daemon("prober", *words)
        return process, f"http://{ready['http']}/metrics"

    def _prometheus(self, own: str) -> None:
        scraped = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        places = [
            {"targets": [own], "labels": {"region": "eu"}},
            {
                "targets": [f"{HOST}:{self.inner}"],
                "labels": {"region": "office", "__metrics_path__": "/places/office/metrics"},
            },
        ]
        (self.folder / "rules.yml").write_text(
            rules.rule_file(
                (
                    RuleGroup(
                        name="votes",
                        interval=1.0,
                        records=tuple(votes.records(votes.MAJORITY, WINDOW)),
                    ),
                ),
                links=lambda _: {},
                version="3",
            )
        )
        config = {
            "global": scraped,
            "rule_files": ["rules.yml"],
            "scrape_configs": [{"job_name": "prober", "static_configs": places}],
        }
        (self.folder / "prometheus.yml").write_text(json.dumps(config))
        program = Engines(None).program("prometheus", "prometheus")
        assert program is not None, "Prometheus is not installed: run `seatrial engines install`"
        self.running.program(
            str(program),
            f"--config.file={self.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={HOST}:{self.port}",
        )

    def ask(self, expr: str) -> float | None:
        """The only value of an instant query; None where there is none."""
        answer = httpx.get(
            f"http://{HOST}:{self.port}/api/v1/query", params={"query": expr}, trust_env=False
        ).json()
        found = answer["data"]["result"] if answer["status"] == "success" else []
        assert len(found) < 2, found
        return float(found[0]["value"][1]) if found else None


def shown(url: str, series: str) -> float:
    """What a prober's own page says of it."""
    text = httpx.get(url, trust_env=False).text
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


OK = 'journey_requests_total{journey="look",outcome="ok"}'
OFFICE = 'journey_requests_total{job="prober",region="office",journey="look",outcome="ok"}'


def test_a_prober_outside_has_a_voice_and_is_blind_when_it_is_not_heard(
    running: Running, site: str, wait_until: Until
) -> None:
    home = Home(running, site, wait_until)
    outside, page = home.outside(home.bundle(site))
    wait_until(lambda: (home.ask(OFFICE) or 0) > 20)
    wait_until(lambda: home.ask(votes.QUORUM) == 2)  # of two voices both must tell it
    assert home.ask('up{job="prober",region="office"}') == 1
    # home is away for a while: what was seen meanwhile comes with the next page, and comes once
    home.door.kill()
    home.door.wait()
    wait_until(lambda: shown(page, 'home_pages_total{outcome="unreachable"}') >= 2)
    wait_until(lambda: home.ask('up{job="prober",region="office"}') == 0)
    wait_until(lambda: home.ask(votes.QUORUM) == 1)  # one voice is left, and it is not down
    assert home.ask(votes.agreed('sum by (region) (up{job="prober"}) > 5')) is None
    before = shown(page, OK)
    home.door = home.open()
    wait_until(lambda: (home.ask(OFFICE) or 0) > before)
    wait_until(lambda: home.ask(votes.QUORUM) == 2)
    assert home.ask(f"resets({OFFICE}[10m])") == 0
    assert (home.ask(OFFICE) or 0) <= shown(page, OK)
    # nobody runs it any more: it is blind, and the others' word counts
    outside.kill()
    wait_until(lambda: home.ask('up{job="prober",region="office"}') == 0)
    wait_until(lambda: home.ask(votes.QUORUM) == 1)
    assert home.ask('up{job="prober",region="eu"}') == 1


def test_who_shows_no_token_of_a_place_is_no_voice(
    running: Running, site: str, wait_until: Until
) -> None:
    home = Home(running, site, wait_until)
    _, page = home.outside(home.bundle(site, token="a-token-of-nobody-at-all"))
    wait_until(lambda: shown(page, 'home_pages_total{outcome="denied"}') >= 2)
    door = f"http://{HOST}:{home.inner}/metrics"
    assert shown(door, 'intake_pages_total{outcome="refused",place=""}') >= 2
    wait_until(lambda: home.ask('up{job="prober",region="eu"}') == 1)
    assert home.ask(OFFICE) is None
    wait_until(lambda: home.ask(votes.QUORUM) == 1)
