"""A server is copied into one place at a time: who comes second waits, and nothing else does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.postgres import repository
from seatrial.daemons.backups.postgres.info import Held
from seatrial.daemons.backups.postgres.plan import Login
from seatrial.daemons.backups.postgres.repository import Repository
from seatrial.daemons.backups.postgres.server import Server

# its own lock, and the one that it takes in the server
TAKEN = (
    "ERROR: [050]: HINT: is another pgBackRest process running?",
    "ERROR: [050]: HINT: is another pgBackRest backup already running on this cluster?",
)


class Told(Repository):
    """What pgBackRest would say, one answer after the other."""

    answers: list[str] = []  # noqa: RUF012 - set by each test

    ran: list[tuple[str, ...]] = []  # noqa: RUF012 - the same

    async def _run(self, *words: str, stanza: str = "", within: float = 1.0) -> str:  # type: ignore[override]
        assert (stanza, within > 0) == ("main", True)
        self.ran.append(words)
        if said := self.answers.pop(0):
            raise CommandError(said)
        return ""


def _told(*answers: str) -> Told:
    login = Login(host="h", port=1, user="u", database="d", password=Path("p"))
    Told.answers, Told.ran = list(answers), []
    histories = Histories(first="main", mark="mark")
    plan = cast("Any", SimpleNamespace(data=None, histories=histories))
    return Told(plan=plan, server=Server(login=login))


@pytest.mark.parametrize("taken", TAKEN)
def test_who_comes_second_waits(monkeypatch: pytest.MonkeyPatch, taken: str) -> None:
    monkeypatch.setattr(repository, "_PAUSE", 0.0)
    one = _told(taken, "")
    asyncio.run(one.take("full"))
    assert one.answers == []
    assert one.ran == [("backup", "--type=full")] * 2


def test_any_other_failure_is_told_at_once() -> None:
    one = _told("ERROR: [049]: unable to connect", "")
    with pytest.raises(CommandError, match="unable to connect"):
        asyncio.run(one.take("full"))
    assert one.answers == [""]


def test_a_stanza_that_is_there_asks_no_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a region that is away would be waited for."""
    one = _told()
    monkeypatch.setattr(Told, "held", lambda _: _held("main"))
    asyncio.run(one.opened())
    assert one.ran == []
    other = _told("")
    monkeypatch.setattr(Told, "held", lambda _: _held())
    asyncio.run(other.opened())
    assert other.ran == [("stanza-create",)]


async def _held(*histories: str) -> Held:
    return Held(backups=(), histories=histories)
