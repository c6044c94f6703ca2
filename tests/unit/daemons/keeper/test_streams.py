"""How much each replica has written is told by its files, whatever was rotated away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seatrial.daemons.keeper.streams import Streams


def test_what_was_rotated_away_counts_and_the_newest_write_is_told(tmp_path: Path) -> None:
    for name, size, at in (("api.0.log", 0, 500), ("api.0.log.1", 7, 400), ("api.0.log.2", 5, 300)):
        (tmp_path / name).write_bytes(b"x" * size)
        os.utime(tmp_path / name, (at, at))
    (tmp_path / "db.1.log").touch()
    (tmp_path / "named").write_text('[["api", 0], ["db", 1], ["gone", 0]]')
    api, db, gone = Streams.told(tmp_path, tmp_path / "named").lengths(460.0)
    assert api == {"service": "api", "replica": 0, "bytes": 12, "written": 400.0, "age": 60.0}
    assert (db["bytes"], db["written"], db["age"]) == (0, None, None)
    assert (gone["bytes"], gone["written"]) == (None, None)


def test_a_file_that_names_no_replicas_is_refused(tmp_path: Path) -> None:
    (tmp_path / "named").write_text('[["api"]]')
    with pytest.raises(ValueError, match="not enough values"):
        Streams.told(tmp_path, tmp_path / "named")
