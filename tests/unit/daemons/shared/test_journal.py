from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from seatrial.daemons.shared.journal import Journal, JournalError


def _all(path: Path) -> list[dict[str, object]]:
    journal = Journal(path)
    found = [record for _, record in journal.records()]
    journal.close()
    return found


def test_records_come_back_in_order_and_by_place(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new" / "j")
    places = [journal.append({"n": n}) for n in range(3)]
    assert [journal.read(place) for place in places] == [{"n": 0}, {"n": 1}, {"n": 2}]
    journal.close()
    assert _all(tmp_path / "new" / "j") == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize("torn", [b'{"n":1', b"x" * 200_000])
def test_torn_last_line_is_cut_off_and_writing_goes_on(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"n":0}\n' + torn)
    journal = Journal(path)
    assert journal.torn_bytes == len(torn)
    journal.append({"n": 2})
    journal.close()
    assert _all(path) == [{"n": 0}, {"n": 2}]


def test_spoilt_line_in_the_middle_is_counted_not_fatal(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"n":0}\n\xff\xfe\n[1]\n{"n":1}\n')
    journal = Journal(path)
    assert [record for _, record in journal.records()] == [{"n": 0}, {"n": 1}]
    assert journal.unreadable_lines == 2
    journal.close()


def test_second_writer_is_refused_with_the_path(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j")
    with pytest.raises(JournalError, match="another process writes it"):
        Journal(tmp_path / "j")
    first.close()


def test_failed_write_leaves_the_file_as_before(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal(tmp_path / "j")
    journal.append({"n": 0})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            journal.append({"n": 1})
    journal.append({"n": 2})
    journal.close()
    assert _all(tmp_path / "j") == [{"n": 0}, {"n": 2}]
