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

TAKEN = "ERROR: [050]: HINT: is another pgBackRest process running?"


class Told(Repository):
    """What pgBackRest would say, one answer after the other."""

    answers: list[str] = []  # noqa: RUF012 - set by each test

    ran: list[tuple[str, ...]] = []  # noqa: RUF012 - the same
    stanzas: tuple[str, ...] = ()

    async def _run(self, *words: str, stanza: str = "", within: float = 1.0) -> str:  # type: ignore[override]
        assert (stanza, within > 0) == ("main", True)
        self.ran.append(words)
        if said := self.answers.pop(0):
            raise CommandError(said)
        return ""

    async def held(self) -> Held:
        return Held(backups=(), histories=self.stanzas)


def _told(*answers: str, turns: Path | None = None) -> Told:
    login = Login(host="h", port=1, user="u", database="d", password=Path("p"))
    Told.answers, Told.ran, Told.stanzas = list(answers), [], ()
    histories = Histories(first="main", mark="mark")
    plan = cast("Any", SimpleNamespace(data=None, histories=histories, turns=turns))
    return Told(plan=plan, server=Server(login=login))


def test_who_comes_second_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_PAUSE", 0.0)
    one = _told(TAKEN, "")
    asyncio.run(one.take("full"))
    assert one.answers == []
    assert one.ran == [("backup", "--type=full")] * 2


def test_daemons_that_copy_the_same_members_have_one_folder_for_their_turns() -> None:
    one = _told("", "", turns=Path("/repository/turns"))
    asyncio.run(one.opened())
    asyncio.run(one.take("full"))
    turn = "--lock-path=/repository/turns"
    assert one.ran == [("stanza-create", turn), ("backup", turn, "--type=full")]


def test_a_stanza_that_is_there_waits_for_nobody_and_one_that_is_not_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repository, "_PAUSE", 0.0)
    there = _told(TAKEN)
    Told.stanzas = ("main",)
    asyncio.run(there.opened())
    assert there.answers == []
    missing = _told(TAKEN, TAKEN, "")
    asyncio.run(missing.opened())
    assert missing.answers == []
    with pytest.raises(CommandError, match="unable to connect"):
        asyncio.run(_told("ERROR: [049]: unable to connect").opened())


def test_any_other_failure_is_told_at_once() -> None:
    one = _told("ERROR: [049]: unable to connect", "")
    with pytest.raises(CommandError, match="unable to connect"):
        asyncio.run(one.take("full"))
    assert one.answers == [""]
