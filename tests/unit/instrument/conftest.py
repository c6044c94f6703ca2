from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # making.py, beside the tests

from making import Make, making


@pytest.fixture
def make() -> Iterator[Make]:
    with making() as found:
        yield found


@pytest.fixture
def telemetry(make: Make) -> object:
    """Without an endpoint: nothing is sent."""
    return make()
