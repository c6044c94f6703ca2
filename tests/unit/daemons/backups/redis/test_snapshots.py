"""What a repository of snapshots holds, and what of it is kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from seatrial.daemons.backups.backups import reach
from seatrial.daemons.backups.redis import snapshots
from seatrial.daemons.backups.redis.snapshots import Folder, Snapshot, checked, outdated

HOUR, DAY = 3600.0, 86400.0
GOES_ON = {"main": None}
NOW = 1_999_987_200.0 + 0.15 * DAY
TOLD = """\
[offset 0] Checking RDB file /r/taking.rdb.part
[offset 53] AUX FIELD ctime = '1795792050'
[offset 182] Checksum OK
[info] 7 keys read
[info] 0 expires
"""


def snapshot(ago: float, size: int = 4) -> Snapshot:
    made = NOW - ago
    return Snapshot(
        label=snapshots.label(made), began=made - 3, ended=made + 2, made=made, size=size, keys=1
    )


def laid(folder: Folder, *ages: float) -> None:
    for each in map(snapshot, ages):
        part = folder.part
        part.write_bytes(b"data")
        folder.keep(each, part)


def test_the_moment_and_the_keys_are_what_the_check_tells() -> None:
    assert checked(TOLD) == (1795792050.0, 7)
    for lacking in ("ctime", "keys read"):
        with pytest.raises(ValueError, match="does not tell"):
            checked("\n".join(line for line in TOLD.splitlines() if lacking not in line))


def test_a_moment_that_is_told_in_whole_seconds_lies_around_it() -> None:
    one = snapshot(0)
    assert (one.since, one.until) == (NOW - 1, NOW + 1)
    assert snapshots.label(2_000_000_000.0) == "20330518T033320Z"


@pytest.mark.parametrize(
    ("ages", "gone"),
    [
        ((0.0,), ()),
        ((20 * DAY,), ()),  # the newest is never removed, however old
        ((20 * DAY, 15 * DAY), (20 * DAY,)),
        ((1.9 * HOUR, 1.8 * HOUR, 1.7 * HOUR, 0.0), ()),  # within two hours each is kept
        # of an older hour its newest: the clock stands at 3:36
        ((3.5 * HOUR, 3.4 * HOUR, 2.7 * HOUR, 2.5 * HOUR, 0.0), (3.5 * HOUR, 3.4 * HOUR)),
        # of an older day its newest
        ((2.9 * DAY, 2.5 * DAY, 2.2 * DAY, 1.9 * DAY, 0.0), (2.9 * DAY, 2.5 * DAY)),
        ((14.1 * DAY, 13.9 * DAY, 0.0), (14.1 * DAY,)),
    ],
)
def test_what_is_removed(ages: tuple[float, ...], gone: tuple[float, ...]) -> None:
    found = outdated(map(snapshot, ages), 14 * DAY, NOW, GOES_ON)
    assert [each.label for each in found] == [snapshot(each).label for each in gone]


def test_of_a_history_that_has_ended_none_counts_for_what_came_after() -> None:
    before = [snapshot(ago) for ago in (1.5 * DAY, 1.45 * DAY, 1.4 * DAY)]  # all of one day
    since = [replace(snapshot(ago), history="main-2") for ago in (1.3 * DAY, 0.0)]
    ends = {"main": NOW - 1.35 * DAY, "main-2": None}
    assert outdated([*before, *since], 14 * DAY, NOW, ends) == (before[0],)
    # the newest says what the store had until then, for as long as anybody may ask
    assert outdated([*before, *since], 1.38 * DAY, NOW, ends) == tuple(before[:2])
    assert outdated([*before, *since], 1.33 * DAY, NOW, ends) == tuple(before)


def test_however_often_it_is_thinned_each_hour_and_day_keeps_one() -> None:
    held = [snapshot(0.0)]
    for number in range(1, 5 * 24 * 20):
        now = NOW + number * HOUR / 5
        held.append(snapshot(NOW - now))
        gone = set(outdated(held, 14 * DAY, now, GOES_ON))
        held = [each for each in held if each not in gone]
    ages = [now - each.made for each in held]
    assert 13 * DAY < max(ages) <= 14 * DAY
    gaps = [(one - other, other) for one, other in pairwise(ages)]
    assert max(gap for gap, _ in gaps) < 2 * DAY
    assert max(gap for gap, age in gaps if age < DAY - HOUR) < 2 * HOUR
    assert max(gap for gap, age in gaps if age < 1.5 * HOUR) < HOUR / 4
    assert len(held) < 2 * 5 + 24 + 2 * 14


def test_it_is_held_once_its_file_is_there(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "repository")
    folder.tidy()
    laid(folder, 100, 200)
    assert folder.held() == (snapshot(200), snapshot(100))
    folder.keep(snapshot(50))  # told of, and broken off before its file was there
    assert folder.held() == (snapshot(200), snapshot(100))
    folder.keep(replace(snapshot(100), rows=((7, 1.0, 1.5),)))
    assert folder.held()[1].rows == ((7, 1.0, 1.5),)
    folder.remove(snapshot(100))
    assert folder.held() == (snapshot(200),)


def test_what_is_half_done_is_tidied(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    laid(folder, 100)
    folder.part.write_bytes(b"half")
    (tmp_path / "x.json.part").write_text("{")
    folder.tidy()
    assert not list(tmp_path.glob("*.part"))
    assert folder.held() == (snapshot(100),)


def test_a_file_that_is_shorter_than_it_was_is_damaged(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    laid(folder, 100)
    assert not folder.backup(snapshot(100)).damaged
    folder.file(snapshot(100).label).write_bytes(b"da")
    assert folder.backup(snapshot(100)).damaged


def test_words_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    laid(folder, 100)
    (tmp_path / f"{snapshot(100).label}.json").write_text('{"rows": []}')
    with pytest.raises(ValueError, match="cannot be read"):
        folder.held()


def test_a_moment_is_reached_by_the_newest_that_is_not_after_it(tmp_path: Path) -> None:
    held = tuple(Folder(tmp_path).backup(snapshot(each)) for each in (100, 50))
    assert reach(held, NOW - 49, NOW).backup == held[1]
    assert reach(held, NOW - 49.5, NOW).backup == held[0], "it may have been made a second later"
    assert reach(held, NOW - 99.5, NOW).backup is None
