"""For every test: properties are judged by what they find, not by how long that took."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_ENGINES = Path(__file__).parent / "engines"

# Engines, browsers and builds share the machine's cores with these.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Engines first: a file that waits for minutes, begun last, would leave the cores idle."""
    items.sort(key=lambda each: _ENGINES not in each.path.parents)
