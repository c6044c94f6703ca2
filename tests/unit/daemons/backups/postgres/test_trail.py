"""Rows that go on being written while the server goes and comes back."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from seatrial.daemons.backups import trail
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.canary import Canary
from seatrial.daemons.backups.postgres.trail import Trail
from seatrial.daemons.backups.trail import Row, spans


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((), []),
        ((3,), [[3, 3]]),
        ((0, 1, 2, 5, 7, 8), [[0, 2], [5, 5], [7, 8]]),
        ((2, 0, 1), [[0, 2]]),
    ],
)
def test_numbers_without_a_gap_are_one_span(numbers: tuple[int, ...], found: list[Any]) -> None:
    assert spans(numbers) == found


class Server:
    """Holds rows; `away` it answers nobody."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.away = False
        self.asked: list[str] = []

    async def ask(self, query: str, *, database: str = "") -> list[list[str]]:
        self.asked.append(f"{database}: {query}")
        if self.away:
            raise CommandError("nobody answers")
        return [[str(each)] for each in self.held]

    async def value(self, query: str) -> str:
        self.asked.append(query)
        return "0000000100000000000000A5"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Whose rows are written without a psql."""
    server = Server()

    async def write(self: Canary, until: Any) -> None:
        while not until():
            if server.away:
                raise CommandError("the server broke off")
            number = len(self.rows)
            self.rows.append(Row(number=number, sent=float(number), acknowledged=number + 0.5))
            server.held.append(number)
            await asyncio.sleep(0)

    monkeypatch.setattr(Canary, "write", write)
    monkeypatch.setattr(trail, "_AGAIN", 0.0)
    return server


def test_each_time_the_server_is_back_it_is_looked_what_is_there(server: Server) -> None:
    clock = iter(range(10**6))
    one = Trail(server=cast("Any", server), clock=lambda: float(next(clock)))

    async def main() -> dict[str, Any]:
        await one.begin()
        server.away = True
        for _ in range(5):
            await asyncio.sleep(0)
        had = len(server.held)
        del server.held[3:]  # another one comes back, which has but these
        server.away = False
        for _ in range(20):
            await asyncio.sleep(0)
        told = await one.told()
        await one.end()
        assert had > 3
        return told

    told = asyncio.run(main())
    first, second, last = told["looks"][0], told["looks"][1], told["looks"][-1]
    assert (first["there"], second["there"]) == ([], [[0, 2]])
    assert last["there"][0] == [0, 2]
    assert last["there"][1][0] > 3, "numbers go on where they were"
    assert asyncio.run(one.told()) == {"rows": [], "looks": []}
    assert one.began == float("inf")


def test_where_nothing_can_be_written_it_is_not_begun(server: Server) -> None:
    clock = iter(range(10**6))
    one = Trail(server=cast("Any", server), clock=lambda: float(next(clock)))

    async def main() -> None:
        async def deaf(*_: Any, **__: Any) -> list[list[str]]:
            return []

        server.ask = deaf  # type: ignore[method-assign]
        server.away = True
        try:
            with pytest.raises(CommandError, match="no 5 rows were written within 20 s"):
                await one.begin()
        finally:
            await one.end()

    asyncio.run(main())
