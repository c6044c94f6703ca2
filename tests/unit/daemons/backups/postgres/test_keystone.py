"""The keystone is laid once, at home: that it is gone later is a loss, and stays one."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.postgres.keeping import Keeping


class Said:
    """A repository that holds so many backups, and a server that notes what it is asked."""

    def __init__(self, held: int) -> None:
        self.first: bool | None = None
        self._held = held

    async def opened(self) -> None:
        """Nothing to do."""

    async def held(self) -> object:
        return SimpleNamespace(backups=(object(),) * self._held)

    async def furnished(self, *, first: bool) -> None:
        self.first = first


@pytest.mark.parametrize(
    ("lays", "held", "laid"), [(True, 0, True), (True, 2, False), (False, 0, False)]
)
def test_it_is_laid_at_home_before_the_first_backup(lays: bool, held: int, laid: bool) -> None:  # noqa: FBT001
    said = cast("Any", Said(held))
    plan = cast("Any", SimpleNamespace(lays=lays))
    archiving = cast("Any", None)
    one = Keeping(plan=plan, repository=said, server=said, archiving=archiving)
    asyncio.run(one.opened())
    assert said.first is laid
