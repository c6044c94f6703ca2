"""When a repository is read, what is kept of that, and what it means for a restore."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.backups import Backup, due, reach
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.figures import Figures
from seatrial.daemons.backups.verified import Found, Record
from seatrial.daemons.backups.verifying import Verifying
from seatrial.daemons.backups.work import Work

ROTTEN = Found(files=9, damaged=("new", "old"), rotten=("second",))


class Place:
    """A repository that can be away."""

    away = False

    async def verify(self) -> Found:
        if self.away:
            raise CommandError("away")
        return ROTTEN

    def needed(self, file: str) -> bool:
        return file == "new"


class Bench:
    """Who reads it, with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.now, self.place, self.metrics = 1000.0, Place(), CollectorRegistry()
        plan: Any = SimpleNamespace(verify=100.0, copies=folder)
        keeping: Any = self.place
        figures = Figures(self.metrics, {"full": 1.0})
        self.one = Verifying(keeping, plan, figures, lambda: self.now)

    def read(self) -> None:
        asyncio.run(self.one.read(Work(kind="verification", about={})))
        self.one.show()

    def value(self, name: str, **labels: str) -> float | None:
        return self.metrics.get_sample_value(name, labels)


def test_what_nobody_has_read_is_due_and_unknown(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.one.show()
    assert (bench.one.due(), bench.one.told()) == (True, None)
    assert bench.value("backup_damaged_files") is None
    assert bench.value("backup_verified_timestamp_seconds") == 1000.0, "its age goes on"


def test_what_was_found_is_known_to_the_next_life(tmp_path: Path) -> None:
    first = Bench(tmp_path / "copies")
    first.read()
    assert not first.one.due()
    assert first.value("backup_damaged_files") == 1, "what is needed"
    again = Bench(tmp_path / "copies")
    again.now = 1099.0
    assert not again.one.due()
    (marked,) = again.one.marked([_backup("second", 2.0)])
    assert marked.rotten
    assert again.one.told() == {
        "ended": 1000.0,
        "files": 9,
        "damaged": ["new", "old"],
        "needed": ["new"],
    }
    again.now = 1100.0
    assert again.one.due()


def test_what_could_not_be_read_is_counted_and_not_tried_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.place.away = True
    with pytest.raises(CommandError):
        bench.read()
    assert (bench.one.told(), bench.one.due()) == (None, False)
    assert bench.value("backup_failures_total", type="verify") == 1
    bench.now += 3600
    assert bench.one.due()


def test_a_record_that_is_not_whole_is_none(tmp_path: Path) -> None:
    (tmp_path / ".verified").write_text('{"ended": 5, "found": {"files": 3}}')
    record = Record(tmp_path, 7.0)
    assert (record.ended, record.found) == (7.0, None)


def test_what_nobody_comes_to_the_end_of_grows_old_over_every_life(tmp_path: Path) -> None:
    Bench(tmp_path)
    again = Bench(tmp_path)
    again.now = 1201.0
    assert again.one.late
    again.one.show()
    assert again.value("backup_verified_timestamp_seconds") == 1000.0
    again.read()
    assert not again.one.late


def _backup(label: str, ended: float, *, damaged: bool = False, kind: str = "full") -> Backup:
    return Backup(
        label=label, kind=kind, began=ended, ended=ended, size=1, copied=1, stored=1,
        damaged=damaged,
    )  # fmt: skip


def _record(folder: Path, *rotten: str, ended: float = 5.0) -> Record:
    record = Record(folder, 0.0)
    record.keep(Found(files=9, damaged=("x",), rotten=rotten), ended)
    return record


def test_what_was_taken_since_on_a_full_one_that_is_rotten_is_rotten_too(tmp_path: Path) -> None:
    held = (
        _backup("20261101-000000F", 1.0),
        _backup("20261102-000000F", 2.0),
        _backup("20261102-000000F_20261103-000000I", 3.0, kind="incremental"),
        _backup("20261102-000000F_20261106-000000I", 6.0, kind="incremental"),
        _backup("20261107-000000F", 7.0),
    )
    marked = _record(tmp_path, "20261102-000000F").marked(held)
    assert [each.rotten for each in marked] == [False, True, False, True, False]
    schedule = {"full": 100.0, "incremental": 100.0}
    assert due(marked, schedule, 8.0) == ""
    assert due(marked[:-1], schedule, 8.0) == "full", "nothing more is taken on top of it"


def test_a_rotten_backup_is_restored_only_where_no_other_reaches(tmp_path: Path) -> None:
    held = _record(tmp_path, "second").marked(
        (_backup("first", 1.0, damaged=True), _backup("second", 2.0))
    )
    found = reach(held, 3.0, 4.0)
    assert found.backup is not None
    assert found.backup.label == "first", "damaged pages can be read"
    alone = reach(held[1:], 3.0, 4.0)
    assert alone.backup is not None
    assert alone.backup.rotten
