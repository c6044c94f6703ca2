"""Two folders change their places at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.daemons.backups import exchange as module
from seatrial.daemons.backups.exchange import exchange, exchangeable


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


def test_whether_it_can_be_done_is_tried_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert exchangeable(one, other) == ""

    def across(*_: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(module, "exchange", across)
    assert "on two file systems" in exchangeable(one, other)
    assert not list(one.iterdir())
    assert not list(other.iterdir())
