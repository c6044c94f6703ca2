"""Undoing and killing on an engine that is only remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.action import EmptyVolume, FillDisk, Kill
from seatrial.contract.output import Volume
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.faults import disk, files, process
from seatrial.runtimes.shared.beats import Beats


def undone(entry: dict[str, Any], fleet: Any) -> None:
    process.undo(entry, fleet, Beats())


@dataclass
class Replicas:
    """A fleet of one workload with two replicas; `states` are those that have a container.

    Whatever is asked of another replica is refused, as the engine would.
    """

    states: dict[int, dict[str, Any]]
    done: list[str] = field(default_factory=list)
    room: int = 0
    helpers: list[dict[str, Any]] = field(default_factory=list)
    names: Any = field(default_factory=lambda: SimpleNamespace(labels={}))

    @property
    def engine(self) -> Any:
        return SimpleNamespace(
            client=SimpleNamespace(podman=False),
            signal=lambda name, _signal: self.did("kill", name),
            start=lambda name: self.did("start", name),
            unpause=lambda name: self.did("unpause", name),
            put=lambda name, _folder, _entries: self.did("put", name),
            containers=lambda _labels: self.helpers,
            remove=lambda name: self.did("remove", name),
        )

    def did(self, what: str, name: Any) -> bool:
        if int(name) not in self.states:
            raise RuntimeFailure(f"No such container: {name}")
        self.done.append(f"{what} {name}")
        return True

    def replicas(self, _workload: str) -> int:
        return 2

    def there(self, _workload: str) -> list[int]:
        return sorted(self.states)

    def name(self, _workload: str, replica: int) -> str:
        return str(replica)

    def state(self, _workload: str, replica: int) -> dict[str, Any]:
        return self.states.get(replica, {})

    def replica(self, _workload: str, replica: int) -> Any:
        return SimpleNamespace(
            name=str(replica),
            volume="/seatrial",
            dir="/seatrial/self",
            entry=lambda path, text: (path, text),
        )

    def workload(self, _workload: str) -> Any:
        return SimpleNamespace(volumes=(SimpleNamespace(name="data", path="data", size=None),))

    def beside(self, one: Any, _script: str, _words: Any, *, room: int = 0) -> None:
        self.room += room
        self.did("beside", one.name)

    def reload(self, _workload: str, replica: int) -> None:
        self.did("reload", replica)

    def halt(self, _workload: str, replica: int) -> None:
        self.did("halt", replica)

    def wait_ready(self, _workload: str, replica: int) -> None:
        self.did("wait", replica)


@pytest.mark.parametrize(
    ("undo", "entry", "done"),
    [
        (undone, {"kind": "release", "replica": None}, ["start 1", "wait 1"]),
        (undone, {"kind": "release", "replica": 0}, []),
        (undone, {"kind": "start", "replica": None}, ["start 1", "wait 1"]),
        (
            undone,
            {"kind": "release", "replica": None, "unsure": True},
            ["halt 1", "start 1", "wait 1"],
        ),
        (
            undone,
            {"kind": "start", "replica": None, "unsure": True},
            ["halt 1", "start 1", "wait 1"],
        ),
        (undone, {"kind": "continue", "replica": None}, ["unpause 1", "wait 1"]),
        (disk.undo, {"kind": "fill", "file": "fill"}, ["beside 1"]),
        (
            files.undo,
            {"kind": "file", "path": "conf", "texts": ["a", "b"]},
            ["put 1", "reload 1", "start 1", "wait 1"],
        ),
    ],
)
def test_a_replica_whose_container_is_gone_took_its_fault_with_it(
    undo: Any, entry: dict[str, Any], done: list[str]
) -> None:
    paused = entry["kind"] == "continue"
    fleet = Replicas({1: {"Running": True, "Paused": paused}})
    undo({"workload": "api", **entry}, fleet)
    assert fleet.done == done


def test_what_was_frozen_when_the_engine_crashed_is_down_and_is_started() -> None:
    fleet: Any = Replicas({0: {"Running": True, "Paused": True}, 1: {"Running": False}})
    undone({"kind": "continue", "workload": "api", "replica": None}, fleet)
    assert fleet.done == ["unpause 0", "start 1", "wait 0", "wait 1"]


def test_one_that_the_engine_would_start_again_in_a_while_is_started_at_once() -> None:
    fleet: Any = Replicas({0: {"Running": True, "Restarting": True}, 1: {"Running": True}})
    undone({"kind": "release", "workload": "api", "replica": None}, fleet)
    assert fleet.done == ["halt 0", "start 0", "start 1", "wait 0", "wait 1"]


def test_a_kill_after_which_it_still_runs_is_no_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_GONE_WITHIN", 0.05)
    fleet: Any = Replicas({0: {"Running": True}})
    with pytest.raises(RuntimeFailure, match="api still runs"):
        process.act(Kill(workload="api", replica=0), fleet, Beats())
    fleet.states[0]["Running"] = False
    process.act(Kill(workload="api", replica=0), fleet, Beats())


def test_who_fills_a_volume_may_hold_all_of_it() -> None:
    size = 2 << 30
    volume = Volume(name="data", path="data", size=size)
    fleet: Any = Replicas({0: {}, 1: {}})
    fleet.workload = lambda _name: SimpleNamespace(volumes=(volume,))
    action = FillDisk(workload="api", volume="data")
    disk.act(action, disk.plan(action, fleet), fleet)
    assert fleet.room == 2 * size


def test_who_was_killed_while_filling_left_a_helper_that_is_ended_first() -> None:
    fleet: Any = Replicas({0: {}, 1: {}})
    fleet.helpers = [{"Id": "1", "HostConfig": {"VolumesFrom": ["1:rw"]}}, {"HostConfig": {}}]
    entry = {"kind": "fill", "workload": "api", "file": "fill", "unsure": True}
    disk.undo(entry, fleet)
    assert fleet.done == ["beside 0", "remove 1", "beside 1"]


def test_a_volume_is_emptied_beside_each_replica_and_is_not_filled_again() -> None:
    fleet: Any = Replicas({0: {"Running": True}, 1: {"Running": True}})
    action = EmptyVolume(workload="prometheus", volume="data")
    assert disk.plan(action, fleet) == {"kind": "none"}
    disk.empty(action, fleet)
    assert fleet.done == ["beside 0", "beside 1"]
    with pytest.raises(RuntimeFailure, match="no volume other"):
        disk.empty(EmptyVolume(workload="prometheus", volume="other"), fleet)
