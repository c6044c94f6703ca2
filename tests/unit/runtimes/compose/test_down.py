"""What `down` removes and what it keeps, on an engine that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.output import Volume
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import durable
from seatrial.runtimes.compose.document import document
from seatrial.runtimes.compose.down import down
from seatrial.runtimes.compose.replica import Replica
from seatrial.runtimes.shared.state import State

Make = Callable[..., Replica]
DATA = (Volume(name="data", path="data", durable=True),)


@dataclass
class Remembered:
    """The part of an engine that `down` uses; `dies` breaks it off at the first volume."""

    held: dict[str, dict[str, str]]
    dies: bool = False
    gone: list[str] = field(default_factory=list)

    def containers(self, _labels: Any) -> tuple[Any, ...]:
        return ()

    def networks(self, _labels: Any) -> tuple[Any, ...]:
        return ()

    def volumes(self, _labels: Any) -> tuple[Any, ...]:
        return tuple({"Name": name, "Labels": each} for name, each in self.held.items())

    def remove_volume(self, name: str) -> None:
        if self.dies:
            raise RuntimeFailure("killed")
        del self.held[name]


def labelled(one: Replica) -> dict[str, dict[str, str]]:
    made, _ = document(one.names, (one,))
    return {each["name"]: dict(each["labels"]) for each in made["volumes"].values()}


def removed(engine: Any, one: Replica, state: State, *, purge: bool = False) -> None:
    down(engine, one.names, state, purge=purge, progress=lambda _: None)


@pytest.mark.parametrize("by", ["note", "label"])
def test_data_stays_when_its_container_is_gone_until_it_is_purged(
    replica: Make, tmp_path: Path, by: str
) -> None:
    one, state = replica(volumes=DATA), State(tmp_path / "state")
    if by == "note":
        engine = Remembered({one.name: {}, "cache": {}})
        durable.note(state, (one,))
        durable.note(state, (replica(),))  # it has left the file
    else:
        engine = Remembered({**labelled(one), "cache": {}})
    state.write("desired.json", {})
    for _ in range(2):
        removed(engine, one, state)
        assert list(engine.held) == [one.name]
        assert [each.name for each in state.path.iterdir()] == [durable.NAME]
    removed(engine, one, state, purge=True)
    assert engine.held == {}
    assert not state.path.exists()


def test_a_down_that_was_killed_halfway_has_noted_what_it_keeps(
    replica: Make, tmp_path: Path
) -> None:
    one, state = replica(volumes=DATA), State(tmp_path / "state")
    engine = Remembered({**labelled(one), "cache": {}}, dies=True)
    with pytest.raises(RuntimeFailure):
        removed(engine, one, state)
    assert state.read(durable.NAME) == [one.name]


def test_what_is_to_be_kept_stays_beside_data_and_goes_without_any(
    replica: Make, tmp_path: Path
) -> None:
    one, state = replica(volumes=DATA), State(tmp_path / "state")
    journal = state.path / "journal.jsonl"
    for volumes, stays in ((labelled(one), True), ({}, False)):
        state.write("desired.json", {})
        journal.touch()
        engine: Any = Remembered(volumes)
        down(engine, one.names, state, purge=False, progress=lambda _: None, keep=(journal,))
        assert journal.exists() is stays


def test_a_file_that_stays_is_told(
    replica: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, state = replica(volumes=DATA), State(tmp_path / "state")
    (state.path / "folder").mkdir(parents=True)
    removed(Remembered(labelled(one)), one, state)  # also a folder goes
    assert not (state.path / "folder").exists()
    state.write("desired.json", {})
    monkeypatch.setattr("seatrial.runtimes.shared.clear.os.unlink", lambda _path: None)
    with pytest.raises(RuntimeFailure, match=r"desired\.json could not be removed"):
        removed(Remembered(labelled(one)), one, state)
