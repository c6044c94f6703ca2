"""Whose backups are asked for, and nobody answers: the others' are told all the same."""

from __future__ import annotations

from typing import Any, cast

import pytest

from seatrial.app.backup import Backed
from seatrial.cli import backup_, backup_verify
from seatrial.contract.runtime import Answer, Runtime, RuntimeFailure


class Places:
    """Daemons of which some are lost."""

    def __init__(self, *lost: str) -> None:
        self.lost = lost

    def known_secrets(self, names: tuple[str, ...]) -> dict[str, str]:
        return dict.fromkeys(names, "token")

    def request(self, _method: str, daemon: str, *_: str, **_more: Any) -> Answer:
        if daemon in self.lost:
            raise RuntimeFailure(f"{daemon} does not answer", "")
        return Answer(status=200, body=b'{"store": "db", "backups": []}')


def _both(*lost: str) -> tuple[Backed, ...]:
    runtime = cast("Runtime", Places(*lost))
    return tuple(Backed(store="db", runtime=runtime, region=each) for each in ("", "us"))


def test_with_a_region_lost_the_other_ones_are_told() -> None:
    told, silent = backup_._asked(_both("db-backups"))
    assert [each["region"] for each in told] == ["us"]
    assert silent == [
        {"store": "db", "region": "", "backups": None, "error": "db-backups does not answer"}
    ]


def test_where_nobody_answers_that_is_the_failure() -> None:
    with pytest.raises(RuntimeFailure, match="does not answer"):
        backup_._asked(_both("db-backups", "db-backups-us"))


def test_where_all_answer_nobody_is_silent() -> None:
    told, silent = backup_._asked(_both())
    assert (len(told), silent) == (2, [])


def _read(**more: Any) -> dict[str, Any]:
    found = {"ended": 0.0, "files": 9, "damaged": ["main/a", "main/b"], **more}
    return {"store": "db", "region": "us", "verified": found, "anew": True}


def test_of_what_is_damaged_that_is_told_which_a_restore_needs() -> None:
    assert backup_verify.needed({"verified": None}) == ()
    assert backup_verify.needed(_read(needed=[])) == ()
    said = backup_verify.damaged(_read(needed=["main/b", "c", "d", "e", "f"]))
    assert said.startswith("in the repository of db in us main/b, c, d and 2 more is not what was")
    assert "`seatrial backup now db --kind full --in us` begins anew" in said
    aside = backup_verify.damaged({**_read(needed=["a"]), "anew": False})
    assert aside.endswith(
        "move the repository aside, so that another is begun: docs/backup.md, Limits"
    )


def test_what_nobody_has_read_for_long_is_told_with_its_order() -> None:
    assert "`seatrial backup verify db --in us`" in backup_verify.unread(_read())
