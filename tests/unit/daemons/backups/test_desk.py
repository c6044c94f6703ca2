"""The look goes on beside a backup, and what it could not see is not shown."""

from __future__ import annotations

import asyncio
import io
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import Copy
from seatrial.daemons.backups.desk import BusyError, Desk
from seatrial.daemons.backups.figures import Figures
from seatrial.daemons.backups.product import Product, RefusedError
from seatrial.daemons.backups.verified import Found
from seatrial.daemons.backups.work import Work
from seatrial.daemons.shared.log import Log

SCHEDULE = {"full": 100.0, "differential": 50.0, "incremental": 10.0}


def _plan(**more: Any) -> Any:
    return SimpleNamespace(schedule=SCHEDULE, verify=1000.0, lies=None, **more)


class Place:
    """What keeps backups: it can be away, and its backup lasts until it may."""

    def __init__(self) -> None:
        self.away = False
        self.seen: tuple[Backup, ...] | None = None
        self.asked = self.taken = 0
        self.shown = False
        self.may_end = asyncio.Event()

    history = ""

    async def opened(self) -> None:
        if self.away:
            raise CommandError("away")

    async def held(self) -> tuple[Backup, ...]:
        await self.opened()
        self.seen = ()
        return self.seen

    async def take(self, _: str) -> None:
        self.taken += 1
        await self.may_end.wait()

    async def look(self) -> None:
        self.asked += 1
        self.shown = True

    def unseen(self) -> None:
        self.shown = False

    async def verify(self) -> Found:
        await self.may_end.wait()
        return Found(files=3)

    def needed(self, file: str) -> bool:
        raise AssertionError(file)

    async def tidied(self) -> None:
        raise AssertionError


def stood(place: Place, registry: CollectorRegistry) -> Desk:
    plan = _plan(copies=Path("/proc/nowhere"))
    restoring: Any = SimpleNamespace(plan=plan)
    log = Log(daemon="backups", stream=io.StringIO(), clock=time.time)
    return Desk(
        Product(keeping=place, restoring=restoring, access={}), Figures(registry, SCHEDULE), log
    )


async def ticked(desk: Desk, times: int) -> None:
    """Keep time for some ticks."""
    left = iter(range(times - 1))

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)
        if next(left, None) is None:
            raise asyncio.CancelledError

    try:
        await desk.keep_time(sleep)
    except asyncio.CancelledError:
        return


def test_the_look_goes_on_beside_a_backup_that_is_taken_once() -> None:
    async def main() -> None:
        place, registry = Place(), CollectorRegistry()
        desk = stood(place, registry)
        async with asyncio.timeout(5):
            await ticked(desk, 4)
        assert (place.taken, place.asked) == (1, 4)
        assert desk.busy is not None
        place.may_end.set()
        await desk.end()

    asyncio.run(main())


def test_what_could_not_be_seen_is_not_shown_and_counts() -> None:
    async def main() -> None:
        place, registry = Place(), CollectorRegistry()
        place.away = True
        desk, value = stood(place, registry), registry.get_sample_value
        await ticked(desk, 2)
        assert value("backup_failures_total", {"type": "opening"}) == 2
        assert value("backups_held") is None
        place.away = False
        await ticked(desk, 1)
        assert (value("backups_held"), place.shown) == (0, True)
        place.away = True
        await ticked(desk, 1)
        assert (value("backups_held"), place.shown) == (None, False)
        await desk.end()

    asyncio.run(main())


def test_the_room_where_it_lies_is_shown_of_what_is_seen(tmp_path: Path) -> None:
    async def main() -> None:
        place, registry = Place(), CollectorRegistry()
        desk, value = stood(place, registry), registry.get_sample_value
        await ticked(desk, 1)
        assert value("backup_repository_free_bytes") is None, "on another machine's disk"
        desk._restoring.plan.lies = tmp_path / "repository"
        await ticked(desk, 1)
        assert value("backup_repository_free_bytes") is None, "one is being written"
        assert desk._task is not None
        place.may_end.set()
        await asyncio.wait([desk._task])
        await ticked(desk, 1)
        size, free = (value(f"backup_repository_{each}_bytes") for each in ("size", "free"))
        assert size is not None
        assert free is not None
        assert 0 < free < size
        await desk.end()

    asyncio.run(main())


class Takes:
    """What has a copy take the store's place: begun with one of them."""

    begun, taken, unable = "yesterday", False, ""

    def check(self, copy: Any, aside: str = "") -> None:
        """Any can."""

    async def begin(self, work: Work, _copy: Any, aside: str = "") -> None:
        work.result["begun"] = aside or True

    async def exchange(self, _work: Work, _copy: Any) -> None:
        self.taken = True

    def settle(self) -> None:
        self.begun = "" if self.taken else self.begun

    def leave(self) -> None:
        self.begun = ""


def test_while_a_copy_takes_the_stores_place_nothing_else_is_done(tmp_path: Path) -> None:
    async def main() -> None:
        place, takes = Place(), Takes()
        order = "seatrial restore db --from us"
        plan = _plan(store="db", copies=tmp_path, order=order)
        copies = lambda name: Copy(folder=tmp_path / name)  # noqa: E731 - one line is enough
        restoring: Any = SimpleNamespace(plan=plan, copy=copies)
        log = Log(daemon="backups", stream=io.StringIO(), clock=time.time)
        product = Product(keeping=place, restoring=restoring, access={}, taking=takes)
        desk = Desk(product, Figures(CollectorRegistry(), SCHEDULE), log)
        (tmp_path / "yesterday").mkdir()
        for act in (
            lambda: desk.backup("full"),
            desk.drill,
            lambda: desk.restore(1.0, "another"),
            lambda: desk.take("another"),
            lambda: desk.exchange("another"),
            lambda: desk.remove("yesterday"),
        ):
            with pytest.raises(
                BusyError, match="the copy yesterday is taking the place of db"
            ) as no:
                act()
            assert "`seatrial restore db --from us --leave` lets go of it" in str(no.value)
        await ticked(desk, 2)
        assert place.taken == 0, "nor what is due"
        desk.exchange("yesterday")
        async with asyncio.timeout(5):
            while desk.busy is not None:  # noqa: ASYNC110 - it tells nobody that it has ended
                await asyncio.sleep(0)
        with pytest.raises(BusyError, match=r"goes on with it$"):
            desk.remove("another") or desk.drill()
        await ticked(desk, 2)
        assert (place.taken, takes.begun) == (1, "yesterday")
        place.may_end.set()
        async with asyncio.timeout(5):
            while desk.busy is not None:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0)
        assert takes.begun == "", "there is a full backup"
        await desk.end()

    asyncio.run(main())


def test_what_was_begun_may_be_left(tmp_path: Path) -> None:
    async def main() -> None:
        takes = Takes()
        plan: Any = _plan(store="db", copies=tmp_path)
        log = Log(daemon="backups", stream=io.StringIO(), clock=time.time)
        restoring: Any = SimpleNamespace(plan=plan)
        product = Product(keeping=Place(), restoring=restoring, access={}, taking=takes)
        desk = Desk(product, Figures(CollectorRegistry(), SCHEDULE), log)
        work = desk.leave()
        assert work is not None
        while desk.busy is not None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0)
        assert (work.error, takes.begun, desk.leave()) == ("", "", None)

    asyncio.run(main())


def test_of_some_products_no_copy_takes_the_stores_place() -> None:
    desk = stood(Place(), CollectorRegistry())
    for order in (desk.take, desk.exchange):
        with pytest.raises(RefusedError, match="no copy takes the store's place"):
            order("yesterday")


def test_an_order_waits_while_the_clock_opens_the_repository() -> None:
    class Slow(Place):
        inside = most = times = 0

        async def opened(self) -> None:
            self.inside += 1
            self.times += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0.01)
            self.inside -= 1

        async def held(self) -> tuple[Backup, ...]:
            self.seen = ()
            return self.seen

    async def both() -> Slow:
        place = Slow()
        desk = stood(place, CollectorRegistry())
        place.may_end.set()
        desk.backup("full")
        await ticked(desk, 2)
        await desk.end()
        return place

    found = asyncio.run(both())
    assert (found.times, found.most) == (1, 1)


def test_a_repository_is_read_beside_a_backup_and_gives_way_to_a_restore(tmp_path: Path) -> None:
    async def main() -> None:
        place = Place()
        plan = _plan(store="db", copies=tmp_path)
        restoring: Any = SimpleNamespace(
            plan=plan, copy=lambda name: Copy(folder=tmp_path / name), drill=lambda *_: _nothing()
        )
        log = Log(daemon="backups", stream=io.StringIO(), clock=time.time)
        product = Product(keeping=place, restoring=restoring, access={})
        desk = Desk(product, Figures(CollectorRegistry(), SCHEDULE), log)
        desk.backup("full")
        first = desk.verify()
        assert desk.verify() is first, "whoever asks again watches the same"
        await asyncio.sleep(0)
        place.may_end.set()
        await _over(first)
        await ticked(desk, 2)
        assert first.result["files"] == 3
        assert first.about == {"files": 3, "damaged": 0}, "what its line says"
        place.may_end.clear()
        second = desk.verify()
        await asyncio.sleep(0)
        desk.drill()
        await _over(second)
        assert second.error == "it was broken off"
        await desk.end()

    asyncio.run(main())


async def _over(work: Work) -> None:
    for _ in range(500):
        if work.ended is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(work.told())


async def _nothing() -> None:
    """A drill that does nothing."""
