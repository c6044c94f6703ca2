"""Names are remembered as long as a restore reaches back, also by another life of the daemon."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.tables import Tables
from seatrial.daemons.backups.postgres.waldump import DATABASE, Table


class Server:
    """Two databases, and what is in them."""

    login = SimpleNamespace(database="app")

    def __init__(self) -> None:
        self.there = {"app": [["16384", "16384", "r", "public.shop", ""]], "seatrial": []}

    async def ask(self, query: str, *, database: str = "") -> list[list[str]]:
        if "FROM pg_database" in query:
            return [["5", "app"], ["6", "seatrial"]]
        if database not in self.there:
            raise CommandError("nobody is let in")
        return self.there[database]


def remembered(folder: Path, server: Server, now: float) -> Tables:
    found = Tables(
        server=cast("Any", server), file=folder / "t.json", keep=100.0, clock=lambda: now
    )
    asyncio.run(found.look())
    return found


SHOP = Table(name="public.shop", oid=16384, kind="r")


def of_tables(found: Tables) -> dict[tuple[int, int], Table]:
    return {file: each for file, each in found.known.items() if each.kind != DATABASE}


def test_a_name_outlives_its_table_its_file_and_the_daemon(tmp_path: Path) -> None:
    server = Server()
    assert of_tables(remembered(tmp_path, server, 1000.0)) == {(5, 16384): SHOP}
    server.there["app"] = [["16384", "20001", "r", "public.shop", ""]]
    assert of_tables(remembered(tmp_path, server, 1050.0)) == {(5, 16384): SHOP, (5, 20001): SHOP}
    server.there["app"] = []
    assert of_tables(remembered(tmp_path, server, 1120.0)) == {(5, 20001): SHOP}


def test_a_table_of_another_database_says_so(tmp_path: Path) -> None:
    server = Server()
    server.there = {
        "app": [],
        "seatrial": [["16390", "16390", "r", "public.canary", "public.canary"]],
    }
    one = remembered(tmp_path, server, 1.0)
    (found,) = of_tables(one).values()
    assert (found.name, found.root) == ("public.canary of seatrial",) * 2
    assert {each.name for each in one.known.values()} == {found.name, "app", "seatrial"}


def test_a_database_that_lets_nobody_in_hides_no_other(tmp_path: Path) -> None:
    server = Server()
    del server.there["seatrial"]
    assert of_tables(remembered(tmp_path, server, 1.0)) == {(5, 16384): SHOP}


@pytest.mark.parametrize("text", ["", "[[5]]", "{}", '[["5", 6]]', "null"])
def test_a_file_that_is_no_list_of_names_costs_the_names_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text)
    assert of_tables(remembered(tmp_path, Server(), 1.0)) == {(5, 16384): SHOP}


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.json").mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        remembered(tmp_path, Server(), 1.0)
