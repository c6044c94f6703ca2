"""Rows of segments in which none lacks, and what is said of a log that cannot be read."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
import zstandard

from seatrial.daemons.backups.postgres import reading

_ONE = "0000000200000001000000"


def test_a_hole_ends_a_row_of_segments() -> None:
    names = [f"{_ONE}FE", f"{_ONE}FF", "000000020000000200000000", "000000020000000200000002"]
    assert list(reading.runs(names)) == [
        (f"{_ONE}FE", "000000020000000200000000"),
        ("000000020000000200000002", "000000020000000200000002"),
    ]
    assert list(reading.runs([])) == []


def _said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(reading.asked({}, 0.0, "", begins=True)))
    code = reading.main(folder)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_without_a_segment_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _said(tmp_path, monkeypatch, capsys)
    nothing = {"transactions": [], "others": 0, "partial": 0, "unnamed": 0}
    assert (code, json.loads(out), err) == (0, nothing, "")


def _packed(folder: Path, content: bytes, *, known: str = "", most: int | None = None) -> None:
    """A segment as it is archived; of what is packed `most` bytes are left."""
    sha1 = known or hashlib.sha1(content, usedforsecurity=False).hexdigest()
    packed = zstandard.ZstdCompressor().compress(content)
    (folder / f"{_ONE}FE-{sha1}{reading.PACKED}").write_bytes(packed[:most])


@pytest.mark.parametrize(("known", "most"), [("0" * 40, None), ("", 20)])
def test_a_segment_that_is_not_as_it_was_archived_is_not_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    known: str,
    most: int | None,
) -> None:
    _packed(tmp_path, bytes(range(256)) * 64, known=known, most=most)
    code, out, err = _said(tmp_path, monkeypatch, capsys)
    assert (code, out) == (1, ""), err
    assert f"{_ONE}FE is not as it was archived" in err


def test_what_is_no_segment_of_a_log_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _packed(tmp_path, bytes(1 << 24))
    code, out, err = _said(tmp_path, monkeypatch, capsys)
    assert (code, out) == (1, ""), err
    assert "ERROR: the log cannot be read" in err


def test_of_a_server_whose_log_does_not_tell_it_nothing_is_told() -> None:
    reading.able("pg_waldump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
    for said in ("pg_waldump (PostgreSQL) 14.2", "", "pg_waldump"):
        with pytest.raises(ValueError, match="PostgreSQL 15 or newer is wanted"):
            reading.able(said)
