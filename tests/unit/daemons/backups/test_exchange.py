"""Two folders change their places at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.daemons.backups.exchange import exchange


def test_each_is_where_the_other_was(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "below" / "other"
    for each in (one, other):
        each.mkdir(parents=True)
        (each / "own").write_text(each.name)
    exchange(one, other)
    assert [(each / "own").read_text() for each in (one, other)] == ["other", "one"]


def test_without_one_of_them_nothing_is_changed(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    with pytest.raises(FileNotFoundError, match="one"):
        exchange(one, tmp_path / "other")
    assert [each.name for each in tmp_path.iterdir()] == ["one"]
