"""The moments to which a drill restores around a failover, and what it tells of them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres import crossing
from seatrial.daemons.backups.postgres.crossing import Crossing, gap
from seatrial.daemons.backups.trail import Row
from seatrial.daemons.backups.work import Work


def rows(*times: float | None) -> list[Row]:
    return [
        Row(number=number, sent=(at or 0.0) - 0.01, acknowledged=at)
        for number, at in enumerate(times)
    ]


def test_the_failover_is_the_longest_time_without_an_acknowledged_row() -> None:
    assert gap(rows(1.0, 1.2, None, 6.0, 6.1)) == (1.2, 6.0)
    with pytest.raises(CommandError, match="too few rows"):
        gap(rows(1.0, None))


class Clock:
    """Each look takes a tenth of a second."""

    now = 2.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


class Trail:
    """Rows of two servers; the first one's last row was lost with it.

    The second one tells of its timeline a while before it takes rows.
    """

    timeline = "00000001"
    every = rows(
        *(1 + each / 10 for each in range(10)), None, *(5 + each / 10 for each in range(90))
    )

    def __init__(self, clock: Clock) -> None:
        self.lines = ["00000001", "", "00000002"]
        self.clock = clock

    @property
    def rows(self) -> list[Row]:
        return [each for each in self.every if each.sent < self.clock.now]

    async def now(self) -> str:
        found = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if not found:
            raise CommandError("nobody answers")
        return found

    async def there(self, server: Any = None) -> set[int]:
        held = {each.number for each in self.every if each.acknowledged} - {9}
        if server is None:
            return held
        known = {each.number: each.acknowledged or 99.0 for each in self.every}
        return {each for each in held if known[each] <= server}


class Restoring:
    """A copy whose server is the moment itself."""

    def __init__(self) -> None:
        self.targets: list[float] = []
        self.removed = 0

    def copy(self, _name: str) -> Any:
        async def remove() -> None:
            self.removed += 1

        return SimpleNamespace(server=0.0, remove=remove)

    async def into_copy(self, work: Work, copy: Any, target: float) -> None:
        self.targets.append(target)
        copy.server = target
        found = {"target": target, "backup": "b", "restored": 1.0, "replayed": 1.0}
        work.result |= {**found, "invariants": {}}


def test_it_restores_to_before_in_and_after_and_counts_no_row_that_the_failover_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crossing, "_PAUSE", 0.0)
    clock, restoring, work = Clock(), Restoring(), Work(kind="drill", about={})
    one = Crossing(restoring=cast("Any", restoring), trail=cast("Any", Trail(clock)), clock=clock)
    asyncio.run(one.drill(work))
    assert [each["name"] for each in work.result["moments"]] == ["before", "in", "after"]
    assert restoring.targets == [0.9, 3.45, 6.0]
    assert restoring.removed == 6
    assert work.result["switched"] == {"from": "00000001", "last": 1.9, "first": 5.0}
    for each in work.result["moments"]:
        told = each["rows"]
        assert len(told) > 20, "also rows of the second one"
        assert 1.9 not in {x["acknowledged"] for x in told}, "it was lost with the first one"
        lost = [x for x in told if (x["acknowledged"] or 99) <= each["target"] and not x["there"]]
        assert lost == []


def test_where_nobody_takes_over_nothing_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "_PAUSE", 0.0)
    clock, restoring = iter(range(0, 10**4, 50)), Restoring()
    trail = Trail(Clock())
    trail.lines = ["00000001"]
    one = Crossing(
        restoring=cast("Any", restoring),
        trail=cast("Any", trail),
        clock=lambda: float(next(clock)),
    )
    with pytest.raises(CommandError, match="no other member took over"):
        asyncio.run(one.drill(Work(kind="drill", about={})))
    assert restoring.targets == []
