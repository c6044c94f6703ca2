"""The example with two regions, up in a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    with live("two-regions", tmp_path_factory.mktemp("regions")) as one:
        yield one
