"""A store with members in two regions, in containers: backed up in both, moved, its home lost.

The example, by the command line and the pages for people, on real members. That its drills turn red
is tried on processes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import whole

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-failover-regions")]
_EXAMPLE = Path(__file__).parents[3] / "examples/failover-regions"
_LOST, _FAR = "region-lost-database", "restore-database-from-us"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, dockerfile: str, live: Any) -> Iterator[Any]:
    """The example, up; nothing is left of it."""
    one = live(tmp_path_factory.mktemp("two") / "two", system="failover-regions")
    text = (_EXAMPLE / "seatrial.yaml").read_text(encoding="utf-8")
    text = text.replace("{region: us}}", "{region: us}, backup: {also_in: us}}")
    text = text.replace("R18, R21]", "R18, R20, R21]")
    text += "environments: {rehearsal: {runtime: compose}}\n"
    with one.laid(text, dockerfile, program=_EXAMPLE / "app.py"):
        one.run("up")
        yield one


def test_both_daemons_take_a_backup_and_one_is_restored_from_the_other_region(two: Any) -> None:
    two.backed_up(("database", ""), ("database", "us"))
    verdicts = two.verdicts(_FAR)
    wanted = {f"{each}/{_FAR}": "proven" for each in ("exact", "archived")}
    assert wanted.items() <= verdicts.items(), verdicts


def test_by_plan_it_is_moved_and_returns_and_nothing_is_lost(two: Any) -> None:
    whole(two, "eu")
    told = two.told("failover", "database", "--to", "us", "--yes")
    assert (told["to"], told["seen"]["lost"]["rows"], told["seen"]["double"]) == ("us", 0, [])
    assert told["seen"]["writes"]["acknowledged"] > 0
    whole(two, "us")
    # what is lost, or taken twice, is a failure of the command
    assert "eu takes the writes" in two.run("failback", "database", "--yes")
    whole(two, "eu")


@pytest.mark.long
def test_its_region_is_lost_and_it_goes_on_in_the_other_and_returns(two: Any) -> None:
    verdicts = two.verdicts(_LOST)
    names = ("moved", "bounded", "sound", "single", "returned", "served")
    wanted = {f"{each}/{_LOST}": "proven" for each in names}
    assert wanted.items() <= verdicts.items(), verdicts
    whole(two, "eu")
