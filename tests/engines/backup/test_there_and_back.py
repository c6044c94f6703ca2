"""A real PostgreSQL is restored in its own place by one page and taken back by another, as `prove`
does it; whoever is killed meanwhile, all is as it was after `undo`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from rig import DAEMON, STORE, Rig, first_backup, rigged

from seatrial.contract.action import Follow
from seatrial.contract.scenario import Control, Expectation, Scenario, State
from seatrial.drills import run as drills
from seatrial.drills.run import Drill

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-there-and-back")]
NAME = f"restore-in-place-{STORE}"


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A store with a first backup and a row of its users."""
    with rigged(tmp_path_factory.mktemp("back")) as found:
        found.sql("CREATE TABLE accounts (balance integer)", "CREATE TABLE told (n integer)")
        found.sql("INSERT INTO told VALUES (1)")
        yield first_backup(found)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))


def _proof(rig: Rig) -> tuple[Scenario, tuple[Expectation, ...]]:
    scenarios = rig.planned.scenarios()
    (scenario,) = [each for each in scenarios if each.name == NAME]
    found = rig.planned.expectations(scenarios)
    return scenario, tuple(each for each in found if each.scenario == NAME)


def _drilled(
    rig: Rig, wanted: tuple[Expectation, ...] = (), control: Control | None = None
) -> Drill:
    scenario, every = _proof(rig)
    return drills.run(
        scenario,
        wanted or every,
        rig.runtime,
        clock=time.time,
        sleep=time.sleep,
        control=control,
    )


def _as_it_was(rig: Rig) -> None:
    assert rig.sql("SELECT n FROM told ORDER BY n").split() == ["1"]
    assert rig.backed.told()["copies"] == []
    assert rig.backed.told()["taking"] == ""


def test_it_is_as_it_was_and_then_has_all_again(placed: Rig) -> None:
    drill = _drilled(placed)
    found = {each.expectation.name: each.judgement for each in drill.outcomes}
    assert {each.partition("/")[0] for each in found} == {"replaced", "returned"}
    for each in found.values():
        assert each.state is State.MET, each.reason
    assert not drill.stuck
    _as_it_was(placed)


@pytest.mark.parametrize("kind", ["replaced", "returned"])
def test_a_page_that_leads_elsewhere_is_red_and_all_is_taken_back(placed: Rig, kind: str) -> None:
    (one,) = [each for each in _proof(placed)[1] if each.name.startswith(kind)]
    drill = _drilled(placed, (one,), one.control)
    (outcome,) = drill.outcomes
    assert outcome.judgement.state is State.BROKEN, outcome.judgement.reason
    assert not drill.stuck
    _as_it_was(placed)


_FOLLOWS = """
from pathlib import Path
from seatrial.contract.action import Follow
from seatrial.runtimes.local import LocalRuntime
LocalRuntime("backed", Path({folder!r})).inject({action!r})
"""


@pytest.mark.parametrize("left", ["drill-restored", "drill-restored.taking", "drill-before"])
def test_whoever_is_killed_undo_takes_it_back(placed: Rig, left: str) -> None:
    """While the copy is restored, while it takes the place, and once it has it."""
    there, _ = [
        each for each in _proof(placed)[0].injections[0].actions if isinstance(each, Follow)
    ]
    program = _FOLLOWS.format(folder=str(placed.planned.folder), action=there)
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        until = time.monotonic() + 120
        while not (placed.copies / left).exists():
            assert process.poll() is None, "it ended before"
            assert time.monotonic() < until
            time.sleep(0.01)
        for each in (*psutil.Process(process.pid).children(recursive=True), process):
            each.kill()
    assert f"Follow {DAEMON} {NAME}: undone" in placed.run("undo")
    _as_it_was(placed)
    assert "nothing" in placed.run("undo")
