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
from seatrial.daemons.backups.postgres.plan import Login
from seatrial.daemons.backups.postgres.repository import Repository
from seatrial.daemons.backups.postgres.server import Server


class Told(Repository):
    """What pgBackRest would say, one answer after the other."""

    answers: list[str] = []  # noqa: RUF012 - set by each test

    async def _run(self, command: str, *_: str, stanza: str = "", within: float = 0.0) -> str:
        assert (command, stanza, within > 0) == ("backup", "main", True)
        if said := self.answers.pop(0):
            raise CommandError(said)
        return ""


def _told(*answers: str) -> Told:
    login = Login(host="h", port=1, user="u", database="d", password=Path("p"))
    Told.answers = list(answers)
    histories = Histories(first="main", mark="mark")
    plan = cast("Any", SimpleNamespace(data=Path("nowhere"), histories=histories))
    return Told(plan=plan, server=Server(login=login))


def test_who_comes_second_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_PAUSE", 0.0)
    one = _told("ERROR: [050]: HINT: is another pgBackRest process running?", "")
    asyncio.run(one.take("full"))
    assert one.answers == []


def test_any_other_failure_is_told_at_once() -> None:
    one = _told("ERROR: [049]: unable to connect", "")
    with pytest.raises(CommandError, match="unable to connect"):
        asyncio.run(one.take("full"))
    assert one.answers == [""]
