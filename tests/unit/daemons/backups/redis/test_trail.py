"""The rows of a trail in Redis: those of this drill, by their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.trail import KEY, Writer


class Server:
    """Holds members until it is `full`, and then breaks off."""

    login = SimpleNamespace(database=15)

    def __init__(self, full: int) -> None:
        self.held: list[str] = ["7:0", "7:9"]
        self.full = full

    async def ask(self, *words: str, database: int = 15) -> Any:
        assert database == 15
        if words[0] == "SMEMBERS":
            return self.held
        assert words[:2] == ("SADD", KEY)
        if len(self.held) >= self.full:
            raise CommandError("it broke off")
        self.held.append(words[2])
        return 1

    @asynccontextmanager
    async def session(self, _database: int) -> AsyncIterator[Server]:
        yield self


def test_a_row_is_known_once_the_server_has_taken_it_in() -> None:
    server = Server(full=5)
    clock = iter(range(100))
    one = Writer(server=cast("Any", server), drill="8", clock=lambda: next(clock), pause=0.0)
    with pytest.raises(CommandError, match="broke off"):
        asyncio.run(one.write(lambda: False))
    told = [(each.number, each.sent, each.acknowledged) for each in one.rows]
    assert told == [(0, 0, 1), (1, 2, 3), (2, 4, 5), (3, 6, None)]
    assert asyncio.run(one.found()) == {0, 1, 2}, "those of another drill are none"
