"""The instrumentation against a real collector on loopback, its threads and its forks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial_instrument import Telemetry

sys.path.insert(0, str(Path(__file__).parent))  # collecting.py, beside the tests
sys.path.insert(0, str(Path(__file__).parents[2] / "unit/instrument"))  # making.py

from collecting import Collector
from making import Make, making


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


@pytest.fixture
def make() -> Iterator[Make]:
    with making() as found:
        yield found


@pytest.fixture
def telemetry(collector: Collector, make: Make) -> Telemetry:
    return make(collector.url)
