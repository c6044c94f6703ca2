"""Two daemons make the database of drills: who comes second goes on with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres import server
from seatrial.daemons.backups.postgres.plan import Login
from seatrial.daemons.backups.postgres.server import Server


def _server(tmp_path: Path) -> Server:
    password = tmp_path / "password"
    password.write_text("secret\n")
    return Server(login=Login(host="h", port=1, user="app", database="app", password=password))


@pytest.mark.parametrize("there", [True, False])
def test_a_database_that_another_has_made_meanwhile_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool
) -> None:
    asked: list[str] = []

    async def run(*words: str, env: object, within: float, stdin: str) -> str:
        del words, env, within
        asked.append(stdin)
        if "CREATE DATABASE" in stdin:
            raise CommandError('database "seatrial" already exists')
        return "1\n" if there and "CREATE" not in stdin else ""

    monkeypatch.setattr(server, "run", run)
    one = _server(tmp_path)
    if not there:
        with pytest.raises(CommandError, match="already exists"):
            asyncio.run(one.furnished(first=True))
        return
    asyncio.run(one.furnished(first=True))
    assert "CREATE TABLE IF NOT EXISTS keystone" in asked[-1]
