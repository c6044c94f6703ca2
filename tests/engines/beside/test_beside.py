"""Beside a project that stays as it is: found, reached, tried, and left as it was."""

from typing import Any

import pytest

from seatrial.contract.action import (
    AlterFile,
    Crash,
    CutEdge,
    FillDisk,
    Halt,
    Kill,
    Pause,
    RollingRestart,
)
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.scenario import Ability

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("beside")]


def test_what_runs_is_found_and_reached_on_all_its_networks(beside: Any) -> None:
    assert beside.phases("web") == ["ready", "ready"]
    assert beside.phases("stock") == ["ready"]
    assert beside.asked("web", 0, 8080) == beside.asked("web", 1, 8080) == "welcome plenty"
    assert beside.asked("stock", 0, 9000) == "plenty"
    assert beside.theirs() == beside.before


def test_a_second_apply_changes_nothing(beside: Any) -> None:
    beside.reopen()
    found = beside.apply()
    names = [f"{beside.project}-web-{each}" for each in (1, 2)]
    assert found["web"] == f"keep: attached: {', '.join(names)}"
    assert found["watcher"].startswith("keep")


FAULTS = {
    "kill": (Kill(workload="web"), ["held", "held"]),
    "kill-one": (Kill(workload="web", replica=1), ["ready", "held"]),
    "pause": (Pause(workload="web"), ["paused", "paused"]),
    "halt": (Halt(workload="web"), ["held", "held"]),
    "rolling": (RollingRestart(workload="web"), ["ready", "ready"]),
    "crash": (Crash(workload="web"), ["ready", "ready"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_with_the_container_as_it_was(beside: Any, fault: str) -> None:
    action, phases = FAULTS[fault]
    injected = beside.opened.inject(action)
    assert beside.phases("web") == phases
    beside.opened.undo(injected.id)
    beside.opened.undo(injected.id)
    assert beside.phases("web") == ["ready", "ready"]
    now = beside.theirs()
    if fault == "crash":  # the engine counts what its restart policy did
        for each in now[0]:
            each["RestartCount"] = 0
    assert now == beside.before
    assert beside.asked("web", 1, 8080) == "welcome plenty"


@pytest.mark.parametrize("fault", ["kill", "pause", "halt"])
def test_a_fault_outlives_a_killed_seatrial_and_its_undo_is_known(beside: Any, fault: str) -> None:
    action, phases = FAULTS[fault]
    beside.killed(f"inject({action!r})")
    assert beside.phases("web") == phases
    (undone,) = beside.opened.undo_all()
    assert undone.endswith("undone")
    assert _uncounted(beside.theirs()) == _uncounted(beside.before)


def _uncounted(found: Any) -> Any:
    for each in found[0]:
        each["RestartCount"] = 0
    return found


def test_an_address_that_one_of_ours_took_is_given_back(beside: Any) -> None:
    injected = beside.opened.inject(Kill(workload="stock"))
    beside.opened.stop("watcher")
    beside.opened.start("watcher")  # it gets the first address that is free: theirs
    beside.opened.undo(injected.id)
    assert _uncounted(beside.theirs()) == _uncounted(beside.before)
    assert beside.asked("stock", 0, 9000) == "plenty"


@pytest.mark.parametrize("before", ["start", "api.connect_container_to_network"])
def test_killed_while_an_address_is_given_back(beside: Any, before: str) -> None:
    beside.killed(f"inject({Kill(workload='stock')!r})")
    beside.opened.stop("watcher")
    beside.opened.start("watcher")  # it gets the first address that is free: theirs
    beside.killed("undo_all()", before)
    beside.opened.undo_all()
    assert _uncounted(beside.theirs()) == _uncounted(beside.before)
    assert beside.asked("stock", 0, 9000) == "plenty"


@pytest.mark.parametrize("fault", ["kill", "pause"])
def test_the_next_up_undoes_what_a_killed_drill_left_of_theirs(beside: Any, fault: str) -> None:
    beside.killed(f"inject({FAULTS[fault][0]!r})")
    assert beside.apply()["web"].startswith("keep")
    assert beside.phases("web") == ["ready", "ready"]
    assert _uncounted(beside.theirs()) == _uncounted(beside.before)


def test_who_is_started_while_held_down_is_told(beside: Any) -> None:
    injected = beside.opened.inject(Kill(workload="stock"))
    beside.compose("start", "stock")
    with pytest.raises(RuntimeFailure, match="started by somebody else"):
        beside.opened.undo(injected.id)
    assert beside.opened.undo_all() == ()


def test_what_was_down_before_is_not_started(beside: Any) -> None:
    beside.compose("stop", "stock")
    injected = beside.opened.inject(Kill(workload="stock"))
    beside.opened.undo(injected.id)
    assert beside.phases("stock") == ["exited"]
    beside.compose("start", "stock")


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (Kill(workload="nobody"), "there is no workload nobody"),
        (Kill(workload="web", replica=7), "web has no replica 7"),
        (Crash(workload="stock"), "has no restart policy"),
        (CutEdge(source="web", target="stock"), "no fault proxy"),
        (AlterFile(workload="web", path="a", text=""), "would change what runs without seatrial"),
        (FillDisk(workload="stock", volume="goods"), "would change what runs without seatrial"),
    ],
)
def test_what_cannot_be_done_is_told(beside: Any, action: Any, reason: str) -> None:
    with pytest.raises(RuntimeFailure) as failed:
        beside.opened.inject(action)
    assert reason in failed.value.summary
    assert _uncounted(beside.theirs()) == _uncounted(beside.before)


def test_abilities_are_those_of_a_stranger(beside: Any) -> None:
    found = beside.opened.abilities()
    assert not found[Ability.FAULT_PROXY].ok
    assert "no fault proxy" in found[Ability.FAULT_PROXY].reason


def test_what_is_made_anew_is_found_again(beside: Any) -> None:
    beside.compose("up", "--detach", "--force-recreate", "--scale", "web=1", "web")
    assert beside.phases("web") == ["ready"]
    assert beside.asked("web", 0, 8080) == "welcome plenty"
    found = beside.apply()["web"]  # Compose keeps whichever it likes
    assert found in {f"keep: attached: {beside.project}-web-{number}" for number in (1, 2)}
    beside.compose("up", "--detach", "web")
    assert beside.phases("web") == ["ready", "ready"]


def test_down_undoes_and_removes_what_is_ours_and_leaves_the_rest(beside: Any) -> None:
    before = beside.theirs()
    beside.opened.inject(Kill(workload="web"))
    beside.run("down")
    assert beside.traces() == []
    assert _uncounted(beside.theirs()) == _uncounted(before)
