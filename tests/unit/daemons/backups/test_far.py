"""What a snapshot in another region says of itself, and which rows of it."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from seatrial.daemons.backups import far
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.far import Row, near

NOTE = {"moment": 12.5, "history": "main", "rows": [[0, 1.0, 1.5]]}


def told(tag: str) -> list[Any]:
    return list(far._held([{"id": "ab" * 32, "tags": [tag]}]))


def test_a_note_is_read_as_it_was_written_and_is_one_word() -> None:
    word = far._packed(NOTE)
    assert "," not in word, "restic would make two tags of it"
    (found,) = told(f"note:{word}")
    assert (found.id, found.note) == ("ab" * 32, NOTE)


@pytest.mark.parametrize("tags", [None, [], ["somebody's"]])
def test_a_snapshot_without_a_note_counts_for_nothing(tags: list[str] | None) -> None:
    assert not list(far._held([{"id": "ab" * 32, "tags": tags}, {"id": "cd" * 32}]))


@pytest.mark.parametrize(
    "word", ["no base64!", "AAAA", base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode()]
)
def test_a_note_that_cannot_be_read_is_told(word: str) -> None:
    with pytest.raises(CommandError, match="what a snapshot says of itself"):
        told(f"note:{word}")


def test_only_rows_around_the_moment_go_with_it() -> None:
    rows: list[Row] = [(number, number + 0.0, number + 0.5) for number in range(1000)]
    found = near(rows, 400.5, 600.0)
    assert [each[0] for each in found] == [*range(301, 401), *range(601, 701)]
    assert near(rows[:3], 1.0, 1.0) == ((0, 0.0, 0.5), (2, 2.0, 2.5)), "1 decides nothing"
    word = far._packed({"rows": [(each, each * 1.234567, each * 1.234568) for each in range(200)]})
    assert len(word) < 100_000, "a word of a command is 128 KiB at most"
