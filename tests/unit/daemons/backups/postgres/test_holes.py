"""Which segments of the log a repository lacks: by the names that lie there, and the timelines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.postgres import info
from seatrial.daemons.backups.postgres.archiver import ARCHIVER, Archiving
from seatrial.daemons.backups.postgres.holes import Segment, folders, holes, way
from seatrial.daemons.backups.postgres.info import Held, Log
from seatrial.daemons.backups.postgres.keeping import Keeping

SIZE = 16 * 2**20
SUM = "-" + "0a" * 20 + ".zst"


def name(number: int, timeline: int = 1, size: int = SIZE) -> str:
    log, rest = divmod(number, 2**32 // size)
    return f"{timeline:08X}{log:08X}{rest:08X}"


def there(*numbers: int, timeline: int = 1, size: int = SIZE) -> list[str]:
    return [name(each, timeline, size) + SUM for each in numbers]


ONE = way("", 1, SIZE)


@pytest.mark.parametrize(
    ("numbers", "lacks"),
    [
        ((3, 4, 5), set()),
        ((3, 5), {4}),
        ((4, 5), {3}),
        ((254, 255, 256, 257), set(range(3, 254))),
        ((1, 3), set()),  # before it nothing is needed, after it nothing is known
        ((), {3}),
        ((1,), {3}),
    ],
)
def test_what_lacks_between_the_newest_backup_and_what_came_last(
    numbers: tuple[int, ...], lacks: set[int]
) -> None:
    found = holes(there(*numbers), name(3), ONE, SIZE)
    assert found == {Segment(1, each) for each in lacks}


def test_the_name_of_a_segment_counts_by_its_size() -> None:
    large = 2**28
    assert not holes(there(15, 16, 17, size=large), name(15, size=large), way("", 1, large), large)
    assert holes(there(15, 17, size=large), name(15, size=large), way("", 1, large), large)


def test_a_timeline_goes_on_from_the_one_before() -> None:
    history = "1\t0/5000A00\tno recovery target specified\n"
    along = way(history, 2, SIZE)
    assert along == (Segment(1, 0), Segment(2, 5))
    whole = [*there(3, 4), *there(5, 6, timeline=2)]
    assert not holes(whole, name(3), along, SIZE)
    # what the other one wrote beside it stands for nothing of it
    beside = [*there(3, 4, 5, 6, 7), *there(5, 7, timeline=2)]
    assert holes(beside, name(3), along, SIZE) == {Segment(2, 6)}
    # what only the lost primary had
    lost = [*there(3), *there(5, 6, timeline=2)]
    assert holes(lost, name(3), along, SIZE) == {Segment(1, 4)}


def test_one_that_ended_with_a_segment_needs_it_whole() -> None:
    along = way("1\t0/5000000\treason\n2\t0/7000028\treason\n", 3, SIZE)
    assert along == (Segment(1, 0), Segment(2, 5), Segment(3, 7))


@pytest.mark.parametrize("text", ["1\n", "one\t0/5000000\tx\n", "1\tnowhere\tx\n"])
def test_what_is_no_history_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int's own, or ours
        way(text, 2, SIZE)


def test_what_is_no_whole_segment_stands_for_none() -> None:
    names = [
        *there(3, 5),
        f"{name(4)}.partial{SUM}",
        "00000002.history",
        f"{name(4)}.00000028.backup",
    ]
    assert holes(names, name(3), ONE, SIZE) == {Segment(1, 4)}


def test_only_folders_are_listed_that_hold_what_is_needed() -> None:
    names = ("00000001" + "00000000", "0000000100000002", "0000000200000003", "00000002.history")
    assert folders(names, name(0x2FF)) == ("0000000100000002", "0000000200000003")


def test_info_tells_from_where_on_the_log_is_needed() -> None:
    def backup(stop: int, start: str, database: int) -> dict[str, Any]:
        return {
            "label": str(stop),
            "type": "full",
            "timestamp": {"start": stop - 5, "stop": stop},
            "info": {"size": 1, "delta": 1, "repository": {"delta": 1}},
            "archive": {"start": start, "stop": start},
            "database": {"id": database},
        }

    told = [
        {
            "name": "main",
            "db": [{"id": 1, "system-id": 7}, {"id": 2, "system-id": 8}],
            "backup": [backup(9, name(7), 2), backup(5, name(3), 1)],
            "archive": [
                {"id": "14-1", "database": {"id": 1}},
                {"id": "15-2", "database": {"id": 2}},
            ],
        }
    ]
    histories = Histories(first="main", mark="seatrial.stanza")
    found = info.read(json.dumps(told), histories, "main")
    assert found.log == Log(folder="archive/main/15-2", since=name(7))
    assert (found.full, [each.system for each in found.backups]) == (("9", name(7)), ["7", "8"])
    told[0]["backup"] = []
    assert info.read(json.dumps(told), histories, "main").log is None


# -- as the daemon looks ------------------------------------------------------------------------


class Archive:
    """A repository's archive, and its server."""

    history = "main"

    def __init__(self, lies: Mapping[str, list[str]]) -> None:
        self.lies = lies
        self.away = False

    async def held(self) -> Held:
        return Held(backups=(), histories=("main",), log=Log(folder="archive/m", since=name(3)))

    async def listed(self, folder: str) -> Mapping[str, float]:
        if self.away:
            raise CommandError("the repository does not answer")
        return dict.fromkeys(self.lies[folder], 0.0)

    async def look(self) -> None:
        raise CommandError("what tables are called is not known")

    async def seen(self) -> str:
        return "7431"

    async def ask(self, query: str) -> list[list[str]]:
        if query == ARCHIVER:
            return [["0", "9", "0", "on", "60", "1", name(8), name(9)]]
        return [[name(9), str(SIZE)]]


def told(archive: Archive, *instants: float) -> str:
    """What Prometheus is told after looks at these instants."""
    registry, times = CollectorRegistry(), iter(instants)
    now = [0.0]
    one = Keeping(
        plan=cast("Any", SimpleNamespace()),
        repository=cast("Any", archive),
        server=cast("Any", archive),
        archiving=Archiving(registry),
        tables=cast("Any", archive),
        identity=cast("Any", archive),
        clock=lambda: now[0],
    )

    async def looked() -> None:
        for now[0] in times:
            await one.held()
            await one.look()

    asyncio.run(looked())
    lines = generate_latest(registry).decode().splitlines()
    return "".join(each for each in lines if each.startswith("backup_archive_missing"))


def lies(*numbers: int) -> dict[str, list[str]]:
    folder = name(0)[:16]
    return {"archive/m": [folder, "00000001.history"], f"archive/m/{folder}": there(*numbers)}


def test_a_hole_is_what_was_one_before() -> None:
    assert told(Archive(lies(3, 5, 7)), 0.0).endswith(" 0.0")
    assert told(Archive(lies(3, 5, 7)), 0.0, 60.0).endswith(" 2.0")
    assert told(Archive(lies(3, 4, 5)), 0.0, 60.0).endswith(" 0.0")


def test_an_archive_that_cannot_be_listed_has_no_figure() -> None:
    archive = Archive(lies(3, 5))
    archive.away = True
    assert told(archive, 0.0, 60.0) == ""
