"""Systems for the capabilities' tests: the reference system, and small ones from a text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, Refused, plan, read
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.problem import Problem

sys.path.insert(0, str(Path(__file__).parent))  # timelines.py, beside the tests
REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
SHOP = """\
seatrial: 1
system: shop
teams:
  web: {chat: "#web", email: web@shop.example, pager: {secret: pagerduty-web}}
  data: {chat: "#data"}
services:
  gateway:
    owner: web
    image: shop/gateway:1
    ports: {http: 8080}
    exposed: true
    needs: [api]
    health: {ready: /readyz}
  api:
    owner: web
    image: shop/api:1
    ports: {http: 8000}
    needs: [database]
    metrics: {port: http, path: /metrics, requests: http_request_duration_seconds, status: status}
    scale: 2
stores:
  database: {engine: postgres, version: "15", owner: data}
journeys:
  buy:
    owner: web
    start: gateway
    peak: 5/s
    steps:
      - get: /
slos:
  buy: {journey: buy, availability: 99.9, window: 30d}
"""


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The reference system on the local runtime, in a rehearsal."""
    return plan(REFERENCE, LocalRuntime("workflow-platform", tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The reference system where nothing is rehearsed: no sink, no edges."""
    places = LocalRuntime("workflow-platform", tmp_path_factory.mktemp("home"))
    return plan(REFERENCE, places, environment="production")


@pytest.fixture(scope="session")
def shop() -> str:
    """A small system's file, to be changed by replacing."""
    return SHOP


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Plan]:
    """Plan a text."""

    def make(text: str, environment: str = "rehearsal") -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        places = MemoryRuntime(clock=lambda: 0.0)
        return plan(file, places, environment=environment)

    return make


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[str], tuple[Problem, ...]]:
    """The problems of a text, whether they refuse it or only warn."""

    def find(text: str) -> tuple[Problem, ...]:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            return read(file)[1]
        except Refused as refused:
            return refused.problems

    return find
