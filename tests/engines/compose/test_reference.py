"""The reference system in containers, whole: what no small system has.

A cluster that is prepared, a proxy of the user's, two images of one Dockerfile's, edges to real
stores, journeys through all of it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.environment import open_runtime
from seatrial.contract.action import CutEdge
from seatrial.contract.runtime import Phase, RuntimeFailure

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-reference")]
_REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform"
_NOT_OURS = shutil.ignore_patterns(".venv", ".seatrial", ".pytest_cache", "__pycache__")
SCENARIO = "service-down-worker"
_DEADLINE_S = 300  # of nothing that is measured here: a loaded machine needs its time


@pytest.fixture
def platform(tmp_path: Path, container_engine: None, live: Any) -> Iterator[Any]:
    """A copy of it; whatever the test leaves of it is removed, and nothing may be left."""
    del container_engine
    folder = tmp_path / "platform"
    shutil.copytree(_REFERENCE, folder, ignore=_NOT_OURS)
    one = live(folder, system="workflow-platform")
    one.edit("rehearsal: {runtime: local}", "rehearsal: {runtime: compose}")
    yield one
    one.run("down", "--purge", "--yes")
    assert one.traces() == []


def test_the_reference_system_in_containers(platform: Any) -> None:
    """One thread, in its order: each part rests on the one before."""
    an_up_that_is_killed_goes_on_with_the_next(platform)
    its_stores_are_cut_off_and_come_back(platform)
    a_drill_that_is_killed_is_undone(platform)
    a_killed_worker_pages_and_clears(platform)
    what_down_keeps_is_the_data(platform)


def an_up_that_is_killed_goes_on_with_the_next(up: Any) -> None:
    up.killed(" start ", "up")
    up.run("up")
    unready = _unready(up)
    assert unready == []
    assert "nothing would change" in up.run("diff")


def its_stores_are_cut_off_and_come_back(up: Any) -> None:
    runtime = open_runtime(up.file)
    try:
        assert _asked(runtime) == 200
        cut = runtime.inject(CutEdge(source="api", target="database"))
        _until(lambda: _asked(runtime) != 200)
        runtime.undo(cut.id)
        _until(lambda: _asked(runtime) == 200)
    finally:
        runtime.undo_all()
        runtime.close()  # type: ignore[attr-defined]


def a_drill_that_is_killed_is_undone(up: Any) -> None:
    up.killed(" inject ", "prove", SCENARIO)
    up.run("undo")
    _until(lambda: not _unready(up), lambda: "; ".join(_unready(up)))
    assert "nothing would change" in up.run("diff")


def a_killed_worker_pages_and_clears(up: Any) -> None:
    said = up.run("prove", SCENARIO, "--json")
    told = json.loads(said[said.index("\n[") : said.rindex("]") + 1])
    found = {each["expectation"]: each for each in told}
    assert {each["verdict"] for each in found.values()} == {"proven"}, found
    figures = {each["name"]: each for each in found[f"page/{SCENARIO}"]["figures"]}
    assert figures["fault to page"]["value"] <= figures["fault to page"]["target"]


def what_down_keeps_is_the_data(up: Any) -> None:
    up.run("down")
    durable = ("database", "database-backups", "sealer", "prometheus", "alertmanager", "jaeger")
    durable += ("victorialogs", "log-keeper", "otelcol", "victorialogs-audit", "log-keeper-audit")
    durable += ("host-log",)
    kept = {up.names.replica(each, 0) for each in durable}
    assert set(up.traces()) == {*kept, str(up.names.state.path)}


def _asked(runtime: Any) -> int:
    """What a user gets who asks for something out of the database."""
    try:
        status: int = runtime.request("GET", "gateway", "http", "/readyz").status
    except RuntimeFailure:
        return 0
    return status


def _unready(up: Any) -> list[str]:
    runtime = open_runtime(up.file)
    try:
        return [
            f"{each.workload}: {each.reason}"
            for each in runtime.status()
            if each.phase is not Phase.READY
        ]
    finally:
        runtime.close()  # type: ignore[attr-defined]


def _until(ask: Callable[[], bool], instead: Callable[[], str] = str) -> None:
    """Ask until it is so; `instead` tells what there is where it is not."""
    end = time.monotonic() + _DEADLINE_S
    while not ask():
        assert time.monotonic() < end, f"it did not happen: {instead()}"
        time.sleep(0.2)
