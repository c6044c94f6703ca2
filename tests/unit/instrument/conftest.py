from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from seatrial_instrument import Telemetry

sys.path.insert(0, str(Path(__file__).parent))  # collecting.py, beside the tests

from collecting import Collector, Make


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


@pytest.fixture
def make() -> Iterator[Make]:
    """Telemetry with a registry of its own, closed at the end."""
    made: list[Telemetry] = []

    def one(endpoint: str = "", **variables: str) -> Telemetry:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **variables}
        telemetry = Telemetry.from_environment("shop", environment, CollectorRegistry())
        made.append(telemetry)
        return telemetry

    yield one
    for each in made:
        each.close(0)


@pytest.fixture
def telemetry(collector: Collector, make: Make) -> Telemetry:
    return make(collector.url)
