"""Whose backups a store may have back: its own, or those of the one that a person names."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.identity import Identity
from seatrial.daemons.backups.product import RefusedError

FOUND = {"backup": "20261129-085956F", "system": "7431"}


class Server:
    """One that answers with its number, or not at all."""

    def __init__(self, own: str) -> None:
        self.own = own

    async def ask(self, _query: str, *, within: float) -> list[list[str]]:
        assert within < 10, "somebody waits"
        if not self.own:
            raise CommandError("away")
        return [[self.own]]


def _identity(folder: Path, own: str, *, data: bool = True) -> Identity:
    plan = SimpleNamespace(store="db", copies=folder, data=folder / "data" if data else None)
    return Identity(plan=cast("Any", plan), server=cast("Any", Server(own)))


def _same(one: Identity, wanted: str = "") -> str:
    try:
        asyncio.run(one.same(FOUND, wanted))
    except RefusedError as refused:
        return f"{refused.summary}; {refused.cure}"
    return ""


def test_its_own_are_restored_and_those_of_another_by_name_alone(tmp_path: Path) -> None:
    assert _same(_identity(tmp_path, "7431")) == ""
    said = _same(_identity(tmp_path, "8000"))
    assert said.startswith("the backup 20261129-085956F is of another PostgreSQL, 7431, than db is")
    assert "add --system 7431" in said
    assert _same(_identity(tmp_path, "8000"), "7431") == ""
    for own in ("8000", "7431"):  # the one that is named is not there, whatever the store is
        said = _same(_identity(tmp_path, own), "8000")
        assert said.startswith("the backup 20261129-085956F is of 7431, and not of 8000"), said


@pytest.mark.parametrize(("number", "refused"), [(7431, False), (8000, True)])
def test_of_a_server_that_is_away_its_data_say_it(
    tmp_path: Path, number: int, *, refused: bool
) -> None:
    asyncio.run(_identity(tmp_path, "7431").seen())
    control = tmp_path / "data" / "global" / "pg_control"
    control.parent.mkdir(parents=True)
    control.write_bytes(struct.pack("=QI", number, 1300) + b"more")
    assert bool(_same(_identity(tmp_path, ""))) is refused
    for spoiled in (b"nothing is left", b"", b"cut"):
        control.write_bytes(spoiled)
        assert _same(_identity(tmp_path, "")) == "", "what was seen last"


@pytest.mark.parametrize("data", [True, False])
def test_without_data_it_is_what_was_seen_last(tmp_path: Path, *, data: bool) -> None:
    one = _identity(tmp_path, "", data=data)
    assert _same(one).startswith("nobody knows which PostgreSQL db is")
    assert _same(one, "7431") == "", "a region that is lost is brought back"
    asyncio.run(_identity(tmp_path, "7431").seen())
    assert _same(one) == ""
    asyncio.run(_identity(tmp_path, "8000").seen())
    assert "another PostgreSQL, 7431, than db is, 8000" in _same(one)
