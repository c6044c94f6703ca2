"""A store and the daemon that takes its backups, on the local runtime, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # rig.py, beside the tests

from rig import Rig, first_backup, rigged


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A PostgreSQL for a module's tests, with its first backup."""
    with rigged(tmp_path_factory.mktemp("backed")) as found:
        found.sql("CREATE TABLE accounts (balance integer)")
        yield first_backup(found)
