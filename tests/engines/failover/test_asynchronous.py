"""A primary that waits for nobody dies: what it takes with it is counted, and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Live, live

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("asynchronous")]
_DRILL = "primary-lost-database"


def _waits_for_nobody(file: Path) -> None:
    text = file.read_text()
    own = text.replace("failover: {}", "failover: {synchronous: false, rpo: 3s}")
    assert own != text
    file.write_text(own.replace("system: failover", "system: asynchronous"))


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live("failover", tmp_path_factory.mktemp("asynchronous"), _waits_for_nobody) as one:
        yield one


def test_what_it_loses_is_told_and_bounded(waiting: Live) -> None:
    found = waiting.proven(_DRILL)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(_DRILL)}
    assert own == {
        f"{each}/{_DRILL}": "proven" for each in ("bounded", "resumed", "single", "sound")
    }, found
    figures = {each["name"]: each for each in found[f"bounded/{_DRILL}"]["figures"]}
    assert figures["written within"]["target"] == 3.0


def test_more_than_the_rpo_is_red(waiting: Live) -> None:
    found = waiting.proven("--controls", f"bounded/{_DRILL}")
    assert {name: each["control"]["red"] for name, each in found.items()} == {
        f"bounded/{_DRILL}": True
    }, found
    assert "acknowledged writes are gone" in str(found)
