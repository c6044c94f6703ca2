"""Another region's S3 server refuses the key that the log is sent with, and somebody is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-key")]
_EXPECTED = "noticed/key-expired-database-in-us"


def _alone(file: Path) -> None:
    """One server, with its backups in another region, too."""
    text = file.read_text().replace("failover: {}, backup: {}", "backup: {also_in: us}")
    text = text.replace("grace: 2s", "grace: 2s\n    regions: [eu]")
    text = text.replace("R20, R21]", "R20]\nregions: {eu: {home: true}, us: {}}")
    file.write_text(text.replace("system: backup-failover", "system: key-expired"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """It runs; nothing is left of it."""
    with live("backup-failover", tmp_path_factory.mktemp("expired"), _alone) as one:
        yield one


def test_a_ticket_tells_of_it_before_anybody_needs_the_log(alone: Live) -> None:
    found = alone.proven("key-expired-database-in-us")
    assert found[_EXPECTED]["verdict"] == "proven", found
    # all that was written meanwhile is there once the key is right again
    alone.run("backup", "now", "database", "--in", "us")
    alone.run("deletions", "database", "--from", "us")


@pytest.mark.long
def test_nobody_is_told_by_a_daemon_that_hangs(alone: Live) -> None:
    found = alone.proven("--controls", _EXPECTED)
    assert [each["control"]["red"] for each in found.values()] == [True], found
