"""Which requests the keeper holds, sends again, and forgets."""

from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.keeper.keeping import HOLD_S, Keeper
from seatrial.daemons.keeper.spool import Kept, Spool
from seatrial.daemons.keeper.store import StoreAwayError
from seatrial.daemons.shared.log import Log

ONE = Kept(path="/insert/x", headers={"content-type": "application/x-protobuf"}, body=b"\x00one\n")


class Store:
    """A store that may be away, refuse, and begin a new life."""

    def __init__(self) -> None:
        self.now = "1/0"
        self.away = False
        self.status = 200
        self.taken: list[bytes] = []

    async def send(self, kept: Kept) -> tuple[int, bytes]:
        if self.away:
            raise StoreAwayError("refused")
        if self.status < 300:
            self.taken.append(kept.body)
        return self.status, b"said"

    async def life(self) -> str:
        if self.away:
            raise StoreAwayError("refused")
        return self.now


class Bench:
    """A keeper with its store, its folder and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.at = folder, Store(), 100.0
        self.keeper = self.again()

    def again(self) -> Keeper:
        """A keeper that begins with what lies in the folder."""
        self.registry = CollectorRegistry()
        self.keeper = Keeper(
            spool=Spool(self.folder),
            store=self.store,
            log=Log(daemon="keeper", stream=io.StringIO(), clock=lambda: 0.0),
            clock=lambda: self.at,
            registry=self.registry,
        )
        return self.keeper

    def counted(self, outcome: str) -> float | None:
        return self.registry.get_sample_value("keeper_requests_total", {"outcome": outcome})

    def run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return asyncio.run(work())

    def look(self, after: float = 0.0) -> None:
        self.at += after
        self.run(self.keeper.look)

    def take(self) -> tuple[int, bytes]:
        found: tuple[int, bytes] = self.run(lambda: self.keeper.take(ONE))
        return found

    @property
    def kept(self) -> int:
        return len(list(self.folder.iterdir()))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    found = Bench(tmp_path / "state")
    found.look()
    return found


def test_what_was_taken_is_forgotten_once_the_store_has_lived_on(bench: Bench) -> None:
    assert bench.take() == (200, b"said")
    bench.look(after=HOLD_S - 1)
    assert bench.kept == 1
    bench.look(after=1)
    assert bench.kept == 0
    assert bench.store.taken == [ONE.body]


def test_it_is_sent_again_in_the_stores_next_life(bench: Bench) -> None:
    bench.take()
    bench.store.now = "2/0"
    bench.look(after=1)
    assert bench.store.taken == [ONE.body, ONE.body]
    bench.store.now = "3/0"  # and dies again before it can have written it
    bench.look(after=1)
    assert len(bench.store.taken) == 3
    bench.look(after=HOLD_S)
    assert bench.kept == 0


def test_what_is_sent_while_a_new_life_is_not_known_yet_is_sent_again(bench: Bench) -> None:
    bench.store.now = "2/0"
    bench.take()
    bench.look()
    assert len(bench.store.taken) == 2


def test_a_store_that_is_away_is_asked_until_it_is_back(bench: Bench) -> None:
    bench.take()
    bench.store.away = True
    bench.look(after=HOLD_S + 1)
    assert bench.kept == 1
    with pytest.raises(StoreAwayError):
        bench.take()
    assert bench.kept == 1  # who was told no sends it again
    bench.store.away, bench.store.now = False, "1/1"
    bench.look()
    assert len(bench.store.taken) == 2


def test_a_refusal_is_passed_on_and_nothing_is_kept(bench: Bench) -> None:
    bench.store.status = 400
    assert bench.take() == (400, b"said")
    assert bench.kept == 0


def test_a_fault_of_the_store_is_as_if_it_were_away(bench: Bench) -> None:
    bench.store.status = 500
    with pytest.raises(StoreAwayError, match="500: said"):
        bench.take()
    assert bench.kept == 0  # who sent it was not told yes
    assert (bench.counted("away"), bench.counted("refused")) == (1, 0)


def test_what_finds_no_room_is_counted_and_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, _: bytes) -> int:
        write(path, b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        bench.take()
    assert (bench.counted("full"), bench.kept, bench.store.taken) == (1, 0, [])


def test_a_killed_keeper_sends_what_it_kept_again(bench: Bench) -> None:
    bench.take()
    (bench.folder / "000000000009.half").write_bytes(b"torn")
    bench.again()
    assert bench.kept == 1
    with pytest.raises(StoreAwayError):  # it does not know the store yet
        bench.take()
    bench.look()
    assert bench.store.taken == [ONE.body, ONE.body]
    bench.take()
    assert bench.kept == 2  # no file of an earlier life is overwritten


def test_a_file_that_nobody_can_read_holds_up_nothing(bench: Bench) -> None:
    bench.take()
    (file,) = bench.folder.iterdir()
    file.write_bytes(b"no JSON")
    bench.store.now = "2/0"
    bench.look()
    bench.take()
    assert bench.store.taken == [ONE.body, ONE.body]


def test_a_request_is_on_disk_as_it_came(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.read(spool.put(ONE)) == ONE
