"""What took rows away, in words: what was not seen is told, and is no "nothing"."""

from __future__ import annotations

from typing import Any

import pytest

from seatrial.cli.deletions_ import _told, _unseen, _went

FOUND: dict[str, Any] = {
    "since": 1795946400.0,
    "segments": 3,
    "lacking": 0,
    "reaches": None,
    "others": 0,
    "partial": 0,
    "unnamed": 0,
    "transactions": [],
}
ONE: dict[str, Any] = {
    "xid": 7,
    "at": 1795946401.5,
    "before": 1795946401.499999,
    "dropped": ["public.a", "public.b"],
    "emptied": [],
    "rewritten": ["public.c"],
    "deleted": {"public.d": 1},
    "overwritten": {"public.e": 2},
}


def test_all_that_a_transaction_did_is_one_line() -> None:
    assert list(_went(ONE)) == [
        "dropped public.a, public.b",
        "emptied, or wrote anew, public.c",
        "deleted 1 row of public.d",
        "overwrote 2 rows of public.e",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"archive": "the segment 7 did not arrive"}, "what was written last is not seen"),
        ({"reaches": 1795946400.0}, "the log reaches back to 2026-11-29"),
        ({"lacking": 2}, "2 segments of the log lack"),
        ({"partial": 1}, "had begun before what was read"),
        ({"unnamed": 5}, "5 rows are of files of which nobody knows the table"),
    ],
)
def test_what_nobody_has_seen_is_told(
    more: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {**FOUND, **more}
    (unseen,) = _unseen(found)
    assert said in unseen
    _told("seatrial restore db", found, [unseen])
    assert "in what was read nothing took rows away since" in capsys.readouterr().out


def test_where_all_is_seen_nothing_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(_unseen(FOUND)) == []
    _told("seatrial restore db", FOUND, [])
    assert capsys.readouterr().out.startswith("nothing took rows away since")


def test_the_moment_before_is_told_with_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    _told("seatrial restore db", {**FOUND, "transactions": [ONE], "others": 4}, [])
    _, command, others = capsys.readouterr().out.splitlines()
    assert command.endswith("restore db --to '2026-11-29 10:00:01.499999+00:00' --into NAME")
    assert others == "and 4 transactions with fewer rows"
