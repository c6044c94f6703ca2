"""A copy of Redis takes the place with what a durable server begins with, and nothing less."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.product import RefusedError
from seatrial.daemons.backups.redis import taking
from seatrial.daemons.backups.redis.copy import Copy
from seatrial.daemons.backups.redis.home import Home
from seatrial.daemons.backups.redis.keeping import Keeping
from seatrial.daemons.backups.redis.snapshots import Folder, Snapshot
from seatrial.daemons.backups.redis.taking import Taking
from seatrial.daemons.backups.work import Work

AT = 1_795_821_300.0
NEXT, ASIDE = "main-20261127T231500Z", "before-20261127t231500z"


class World:
    """A server's data, a copy of a snapshot, and who has one take the other's place."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, copies = folder / "data", folder / "copies"
        found: Any = SimpleNamespace
        self.folder = Folder(folder / "repository")
        self.folder.tidy()
        self.plan = found(
            repository=Home(self.folder),
            data=self.data,
            copies=copies,
            histories=Histories(first="main", mark="mark"),
            drill_port=0,
            keep=86_400.0,
        )
        self.copy = Copy(plan=self.plan, folder=copies / "yesterday", port=0)
        self.copy.folder.mkdir(parents=True)
        self.copy.snapped.touch()
        (self.copy.folder / "dump.rdb").write_bytes(b"data")
        (self.data / "appendonlydir").mkdir(parents=True)
        (self.data / "own").write_text("today")
        self.keeping = Keeping(plan=self.plan, server=cast("Any", None))
        self.taking = Taking(plan=self.plan, keeping=self.keeping, data=self.data, clock=lambda: AT)
        self.appends = 0

        async def append(copy: Copy) -> None:
            self.appends += 1
            (copy.folder / "appendonlydir").mkdir()
            copy.snapped.unlink()

        monkeypatch.setattr(Copy, "append", append)

    def snapshot(self, made: float, history: str) -> Snapshot:
        part = self.folder.part
        part.write_bytes(b"data")
        one = Snapshot(
            label=f"{made:.0f}",
            began=made,
            ended=made + 4,
            made=made,
            size=4,
            keys=1,
            history=history,
        )
        self.folder.keep(one, part)
        return one

    def begin(self) -> dict[str, Any]:
        work = Work(kind="take", about={})
        self.taking.check(self.copy)
        asyncio.run(self.taking.begin(work, self.copy))
        return work.result

    def exchange(self) -> None:
        asyncio.run(self.taking.exchange(Work(kind="exchange", about={}), self.copy))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_it_is_written_down_once_and_what_was_there_is_a_copy(world: World) -> None:
    world.snapshot(AT - 60, "main")
    told = world.begin()
    assert (told["history"], told["aside"]) == (NEXT, ASIDE)
    assert told["archive"] == "the newest backup of it is as of 2026-11-27 23:14:01Z"
    world.begin()
    assert world.appends == 1, "what is whole is not written again"
    world.exchange()
    assert (world.data / "appendonlydir").is_dir()
    assert not (world.data / "own").exists()
    assert (world.plan.copies / ASIDE / "own").read_text() == "today"
    assert world.keeping.history == NEXT
    # what it had takes its place again as it is
    world.taking.settle()
    world.copy = Copy(plan=world.plan, folder=world.plan.copies / ASIDE, port=0)
    world.begin()
    world.exchange()
    assert (world.data / "own").read_text() == "today"
    assert world.appends == 1
    assert world.keeping.history == "main-20261127T231501Z", "another one, and no second of a name"


def test_a_copy_that_holds_a_snapshot_alone_takes_no_place(world: World) -> None:
    world.begin()
    world.copy.snapped.touch()  # it is half written
    with pytest.raises(CommandError, match="nothing with which a durable server begins"):
        world.exchange()
    assert (world.data / "own").read_text() == "today"


def test_without_room_for_it_nothing_is_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "free_at", lambda _: 3)
    with pytest.raises(RefusedError, match="the disk is too small"):
        world.begin()
    assert (world.taking.begun, world.appends) == ("", 0)


def test_a_snapshot_reaches_until_its_history_has_ended(world: World) -> None:
    world.snapshot(AT - 60, "main")
    world.begin()
    world.exchange()
    world.snapshot(AT + 60, NEXT)
    old, new = asyncio.run(world.keeping.held())
    assert (old.history, old.until) == ("main", AT)
    assert (new.history, new.until) == (NEXT, None)


def test_data_that_are_older_than_the_snapshots_are_not_backed_up(world: World) -> None:
    world.snapshot(AT + 60, NEXT)
    with pytest.raises(CommandError, match="put back by other means"):
        asyncio.run(world.keeping.opened())
