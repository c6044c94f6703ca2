"""Faults of containers that are not ours, on an engine that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.action import Crash, ExhaustMemory, Halt, Kill, Pause, RollingRestart
from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.beside import faults
from seatrial.runtimes.compose.beside.attached import Attached
from seatrial.runtimes.compose.beside.project import Theirs
from seatrial.runtimes.compose.names import ALIAS, JOINED, SYSTEM

WEB = Workload(name="web", origin=Origin.SERVICE, argv=(), attached=True, ports={"http": 80})
Container = Callable[..., dict[str, Any]]


def beside(engine: Any) -> Attached:
    return Attached(engine, Theirs(file=Path("/srv/shop/compose.yaml")), (WEB,))


@pytest.mark.parametrize(
    ("action", "done", "undone"),
    [
        (Kill(workload="web"), ["kill web-1", "kill web-2"], ["start web-1", "start web-2"]),
        (Kill(workload="web", replica=1), ["kill web-2"], ["start web-2"]),
        (Pause(workload="web", replica=0), ["pause web-1"], ["unpause web-1"]),
        (Halt(workload="web"), ["stop web-1", "stop web-2"], ["start web-1", "start web-2"]),
        (
            RollingRestart(workload="web"),
            ["stop web-1", "start web-1", "stop web-2", "start web-2"],
            [],
        ),
    ],
)
def test_what_is_done_is_undone_the_lowest_address_first(
    container: Container, engine: Any, action: Any, done: list[str], undone: list[str]
) -> None:
    there = engine(container("web", 1), container("web", 2))
    entry = faults.plan(action, beside(there))
    faults.act(action, entry, beside(there))
    assert there.done == done
    assert faults.undo(entry, there) == ()
    assert there.done == [*done, *undone]


def test_what_did_not_run_is_left_alone(container: Container, engine: Any) -> None:
    there = engine(container("web", 1), container("web", 2, state={"Running": False}))
    entry = faults.plan(Kill(workload="web"), beside(there))
    assert list(entry["containers"]) == ["id-shop-web-1"]


def test_who_was_started_meanwhile_is_told_once_all_is_undone(
    container: Container, engine: Any
) -> None:
    there = engine(container("web", 1), container("web", 2))
    entry = faults.plan(Kill(workload="web"), beside(there))
    faults.act(Kill(workload="web"), entry, beside(there))
    there.start("id-shop-web-1")
    (found,) = faults.undo(entry, there)
    assert "shop-web-1 was started by somebody else" in found.summary
    assert there.done[-1] == "start web-2"


@pytest.mark.parametrize("act", [Halt, RollingRestart])
def test_what_the_engine_may_still_be_about_to_end_is_ended_before_it_is_started(
    container: Container, engine: Any, act: Callable[..., Any]
) -> None:
    there = engine(container("web", 1), container("web", 2))
    entry = {**faults.plan(act(workload="web"), beside(there)), "unsure": True}
    assert faults.undo(entry, there) == ()
    assert there.done == ["stop web-1", "start web-1", "stop web-2", "start web-2"]


def ours(container: Container, networks: str) -> dict[str, Any]:
    """A workload of ours that was given the address of web-1 while that was down."""
    labels = {SYSTEM: "shop", JOINED: networks}
    return container("watcher", name="watcher", networks=("back",), labels=labels)


def test_who_took_an_address_gives_way_and_comes_back(container: Container, engine: Any) -> None:
    there = engine(container("web", 1))
    entry = faults.plan(Kill(workload="web"), beside(there))
    faults.act(Kill(workload="web"), entry, beside(there))
    watcher = ours(container, "back=n-back")
    there.there[watcher["Id"]] = watcher
    assert faults.undo(entry, there) == ()
    assert there.done[1:] == ["watcher-1 leaves back", "start web-1", "watcher-1 joins back"]


def test_who_is_called_from_there_comes_back_by_the_name_it_had(
    container: Container, engine: Any
) -> None:
    there = engine(container("web", 1))
    entry = faults.plan(Kill(workload="web"), beside(there))
    faults.act(Kill(workload="web"), entry, beside(there))
    jaeger = ours(container, "back=n-back")
    jaeger["Config"]["Labels"][ALIAS] = "shop-jaeger"
    there.there[jaeger["Id"]] = jaeger
    faults.undo(entry, there)
    assert there.done[-1] == "watcher-1 joins back as shop-jaeger"


@pytest.mark.parametrize("started", [False, True])
def test_who_gave_way_is_put_back_although_seatrial_was_killed_before_that(
    container: Container, engine: Any, *, started: bool
) -> None:
    there = engine(container("web", 1))
    entry = faults.plan(Kill(workload="web"), beside(there))
    faults.act(Kill(workload="web"), entry, beside(there))
    # of another network of that name, made anew, this container is no member
    watcher = ours(container, "back=n-back,front=n-older")
    watcher["NetworkSettings"]["Networks"] = {}
    there.there[watcher["Id"]] = watcher
    if started:
        there.start("id-shop-web-1")
    faults.undo({**entry, "unsure": True}, there)
    assert there.done[1:] == ["start web-1", "watcher-1 joins back"]


def test_what_is_gone_took_its_fault_with_it(container: Container, engine: Any) -> None:
    there = engine(container("web", 1), container("web", 2))
    entry = faults.plan(Pause(workload="web"), beside(there))
    del there.there["id-shop-web-1"]
    assert faults.undo(entry, there) == ()


def test_what_does_not_become_ready_is_told_and_its_undo_is_done(
    container: Container, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_READY_WITHIN", 0.0)
    there = engine(container("web"))
    entry = faults.plan(Kill(workload="web"), beside(there))
    faults.act(Kill(workload="web"), entry, beside(there))
    there.there["id-shop-web-1"]["State"]["Health"] = {"Status": "unhealthy", "FailingStreak": 3}
    (found,) = faults.undo(entry, there)
    assert "did not come back" in found.summary
    assert there.there["id-shop-web-1"]["State"]["Running"]


@pytest.mark.parametrize(
    ("action", "change", "reason"),
    [
        (
            Kill(workload="web"),
            {"state": {"Health": {"Status": "unhealthy", "FailingStreak": 3}}},
            "is not well before anything is done to it",
        ),
        (
            Crash(workload="web"),
            {"HostConfig": {"NetworkMode": "shop_back", "RestartPolicy": {"Name": "no"}}},
            "has no restart policy",
        ),
        (ExhaustMemory(workload="web"), {}, "would change what runs without seatrial"),
        (Kill(workload="web", replica=3), {}, "has no replica 3, it has 1"),
    ],
)
def test_what_cannot_be_tried_is_told(
    container: Container, engine: Any, action: Any, change: Any, reason: str
) -> None:
    there = engine(container("web", **change))
    with pytest.raises(RuntimeFailure) as failed:
        faults.plan(action, beside(there))
    assert reason in failed.value.summary
    assert there.done == []
