"""Which segments of an archive a search reads, and what it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.postgres import searching
from seatrial.daemons.backups.postgres.holes import Segment
from seatrial.daemons.backups.postgres.info import Log
from seatrial.daemons.backups.postgres.reading import SIZE
from seatrial.daemons.backups.postgres.searching import Searching, Segments
from seatrial.daemons.backups.postgres.waldump import Table
from seatrial.daemons.backups.product import RefusedError

SUM = "a" * 40
HISTORIES = Histories(first="main", mark="seatrial.stanza")
RESTORED = "main-20261129T101500Z"
BEGAN = HISTORIES.began(RESTORED)
SLACK = searching._SLACK
HISTORY = "1\t0/5000000\tno recovery target specified\n"  # timeline 2 begins in segment 5


def name(timeline: int, number: int) -> str:
    return Segment(timeline, number).called(SIZE)


def packed(timeline: int, number: int) -> str:
    return f"{name(timeline, number)}-{SUM}.zst"


class Repository:
    """Two timelines; each segment was archived a second after the one before."""

    def __init__(self) -> None:
        self.lies: dict[str, dict[str, float]] = {
            "0000000100000000": {packed(1, each): float(each) for each in range(1, 7)},
            "0000000200000000": {
                "00000002.history": 6.5,
                **{packed(2, each): each + 2.0 for each in range(5, 9)},
            },
        }
        self.looked: list[str] = []

    async def listed(self, folder: str) -> Mapping[str, float]:
        if folder == "archive/m":
            return dict.fromkeys((*self.lies, "00000002.history"), 0.0)
        self.looked.append(folder.rpartition("/")[2])
        return self.lies[folder.rpartition("/")[2]]

    async def line(self, _folder: str, timeline: int) -> str:
        assert timeline == 2
        return HISTORY


def searched(
    repository: Repository,
    log: Log | None = None,
    folder: Path = Path(),
    *,
    history: str = "main",
    after: float = 60.0,
) -> Searching:
    async def logged() -> Log | None:
        return log

    keeping = SimpleNamespace(log=logged, repository=repository, history=history)
    plan = SimpleNamespace(store="db", copies=folder, histories=HISTORIES, keep=3600.0)
    clock = partial(float, BEGAN + after)
    return Searching(
        restoring=cast("Any", SimpleNamespace(keeping=keeping, plan=plan, clock=clock)),
        tables=_none(),
    )


def _none() -> Any:
    async def look() -> None:
        """Nothing is new."""

    table = Table(name="public.shop", oid=16384, kind="r")
    return SimpleNamespace(look=look, known={(5, 16384): table})


LOG = Log(folder="archive/m", since=name(1, 1))


def found(since: float) -> list[tuple[int, str, str]]:
    told = asyncio.run(searched(Repository(), LOG)._segments(since))
    assert (told.lacking, told.reaches) == (0, None)
    return [(number, *each) for number, each in sorted(told.found.items())]


def test_each_is_of_the_timeline_that_led_here_and_called_as_of_one() -> None:
    every = found(0.0)
    assert [number for number, _, _ in every] == list(range(1, 9))
    assert [called for _, called, _ in every] == [
        f"{name(2, each)}-{SUM}.zst" for each in range(1, 9)
    ]
    assert [path.split("/")[2] for _, _, path in every] == ["0000000100000000"] * 4 + [
        "0000000200000000"
    ] * 4


def segments(since: float, *gone: int, first: int = 1, **more: Any) -> Segments:
    """Without those that are `gone`, and from the `first` on."""
    repository = Repository()
    for folder in repository.lies.values():
        for each in (*folder,):
            read = Segment.read(each, SIZE)
            if read is not None and (read.number in gone or read.number < first):
                del folder[each]
    return asyncio.run(searched(repository, LOG, **more)._segments(since))


def test_the_one_before_the_first_that_was_archived_since_is_read_too() -> None:
    repository = Repository()
    told = asyncio.run(searched(repository, LOG)._segments(8.5 + SLACK))
    assert sorted(told.found) == [6, 7, 8]
    assert repository.looked == ["0000000200000000"], "older folders hold older segments"
    assert sorted(segments(99.0 + SLACK).found) == [8]


def test_a_hole_before_the_first_that_was_archived_since_is_one() -> None:
    told = segments(6.6 + SLACK, 5, 6)
    assert (sorted(told.found), told.lacking) == ([4, 7, 8], 2)


def test_a_log_that_does_not_reach_so_far_back_says_so() -> None:
    told = segments(0.0, first=3)
    assert (sorted(told.found), told.reaches) == ([3, 4, 5, 6, 7, 8], 3.0)
    whole = segments(0.0)
    assert (whole.begins, whole.reaches) == (True, None)


def test_a_log_that_begins_with_its_history_reaches_so_far_back() -> None:
    """The store was restored in place: what came before is of another history."""
    assert segments(0.0, first=3, history=RESTORED).reaches is None
    assert segments(0.0, first=3, history=RESTORED, after=3601.0).reaches == 3.0


def test_a_repository_without_any_log_is_not_nothing() -> None:
    with pytest.raises(CommandError, match="no log of what the store is now"):
        segments(0.0, first=99)


def test_without_a_backup_no_log_is_kept() -> None:
    with pytest.raises(RefusedError, match="no backup of db"):
        asyncio.run(searched(Repository())._segments(0.0))


def test_a_table_that_nobody_knows_is_refused_with_one_that_is() -> None:
    one = searched(Repository(), LOG)
    asyncio.run(one.check("public.shop"))
    asyncio.run(one.check(""))
    with pytest.raises(RefusedError) as refused:
        asyncio.run(one.check("shop"))
    assert refused.value.cure == "write one of public.shop"


def test_more_than_fits_is_refused_and_what_fits_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = searched(Repository(), LOG, tmp_path)
    monkeypatch.setattr(searching, "free_at", lambda _: 3 * SIZE + searching._RESERVE)

    async def roomed(segments: int) -> None:
        async with one._room(segments) as folder:
            (folder / "0").touch()

    asyncio.run(roomed(3))
    assert list((tmp_path / searching.SEARCH).iterdir()) == []
    with pytest.raises(RefusedError, match="4 segments of the log take 67 MB, and 319 MB are free"):
        asyncio.run(roomed(4))
