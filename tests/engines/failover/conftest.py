"""The example whose store fails over, up in a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    with live("failover", tmp_path_factory.mktemp("failing")) as one:
        yield one
