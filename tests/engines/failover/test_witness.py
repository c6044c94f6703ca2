"""A store that is moved by itself: home lost, home cut off, orders of people, no majority.

By the real command line, on real members, while rows are written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live, whole

from seatrial.app.environment import open_runtime
from seatrial.contract.action import Kill
from seatrial.runtimes.local import LocalRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("failover-witness")]
_LOST, _CUT = "region-lost-database", "region-cut-database"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    with live("failover-witness", tmp_path_factory.mktemp("witness")) as one:
        yield one


@cache
def _runtime(folder: Path) -> LocalRuntime:
    """One for all that is asked: it keeps its connections."""
    return open_runtime(folder / "seatrial.yaml")


def _state(one: Live) -> dict[str, Any]:
    answer = _runtime(one.folder).request("GET", "database-mover", "http", "/state")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _says(one: Live, words: str) -> bool:
    deadline = time.monotonic() + 60
    while words not in _state(one)["reason"]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _own(found: dict[str, Any], drill: str) -> dict[str, str]:
    return {name: each["verdict"] for name, each in found.items() if name.endswith(drill)}


def test_people_move_it_there_and_back_and_nobody_is_in_their_way(three: Live) -> None:
    whole(three, "eu")
    assert _says(three, "eu has its lease")
    told = json.loads(three.run("failover", "database", "--to", "us", "--yes", "--json"))
    assert (told["seen"]["lost"]["rows"], told["seen"]["double"]) == (0, [])
    whole(three, "us")
    assert _says(three, "people have moved database")
    three.run("failback", "database", "--yes")
    whole(three, "eu")
    assert _says(three, "eu has its lease")


def test_home_is_lost_and_nobody_types_anything(three: Live) -> None:
    found = three.proven(_LOST)
    names = ("moved", "bounded", "sound", "single", "returned")
    assert _own(found, _LOST) == {f"{each}/{_LOST}": "proven" for each in names}, found
    whole(three, "eu")


def test_home_that_is_cut_off_has_stopped_before_the_other_begins(three: Live) -> None:
    found = three.proven(_CUT)
    names = ("bounded", "sound", "single")
    assert _own(found, _CUT) == {f"{each}/{_CUT}": "proven" for each in names}, found
    whole(three, "eu")


def test_a_dead_witness_closes_nobody_and_is_told(three: Live) -> None:
    whole(three, "eu")
    with ExitStack() as undos:
        fault = three.runtime.inject(Kill(workload="database-etcd-ap"))
        undos.callback(three.runtime.undo, fault.id)
        deadline = time.monotonic() + 30
        answers = ""
        while 'answers{member="database-etcd-ap"} 0.0' not in answers:
            assert time.monotonic() < deadline, answers
            metrics = _runtime(three.folder).request("GET", "database-mover", "http", "/metrics")
            answers = metrics.body.decode()
            time.sleep(0.5)
        time.sleep(25)  # longer than the lease
        assert _state(three) == {"ready": True, "reason": "eu has its lease"}
        whole(three, "eu")


@pytest.mark.long
def test_without_a_witness_nothing_is_moved(three: Live) -> None:
    found = three.proven("--controls", f"moved/{_LOST}")
    assert found[f"moved/{_LOST}"]["control"]["red"] is True, found
    whole(three, "eu")


@pytest.mark.long
def test_a_home_that_does_not_close_itself_is_one_of_two(three: Live) -> None:
    found = three.proven("--controls", f"single/{_CUT}")
    assert found[f"single/{_CUT}"]["control"]["red"] is True, found
    whole(three, "eu")
