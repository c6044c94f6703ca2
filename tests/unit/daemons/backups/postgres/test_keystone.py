"""The keystone is laid once, at home: that it is gone later is a loss, and stays one."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.postgres.keeping import Keeping

HISTORIES = Histories(first="main", mark="mark")


class Said:
    """A repository that holds so many backups, and a server that notes what it is asked."""

    histories: tuple[str, ...] = ("main",)

    def __init__(self, held: int) -> None:
        self.first: bool | None = None
        self._held = held

    async def opened(self) -> None:
        """Nothing to do."""

    history = "main"

    async def held(self) -> object:
        return SimpleNamespace(backups=(object(),) * self._held, histories=self.histories)

    async def furnished(self, *, first: bool) -> None:
        self.first = first


@pytest.mark.parametrize(
    ("lays", "held", "laid"), [(True, 0, True), (True, 2, False), (False, 0, False)]
)
def test_it_is_laid_at_home_before_the_first_backup(lays: bool, held: int, laid: bool) -> None:  # noqa: FBT001
    said = cast("Any", Said(held))
    plan = cast("Any", SimpleNamespace(lays=lays, histories=HISTORIES))
    none = cast("Any", None)
    one = Keeping(
        plan=plan, repository=said, server=said, archiving=none, tables=none, identity=none
    )
    asyncio.run(one.opened())
    assert said.first is laid


def test_beside_a_later_history_nothing_is_opened() -> None:
    said = cast("Any", Said(1))
    said.histories = ("main", "main-20261127T231500Z")
    plan = cast("Any", SimpleNamespace(lays=True, histories=HISTORIES))
    none = cast("Any", None)
    one = Keeping(
        plan=plan, repository=said, server=said, archiving=none, tables=none, identity=none
    )
    with pytest.raises(CommandError, match="put back by other means"):
        asyncio.run(one.opened())
    assert said.first is None
