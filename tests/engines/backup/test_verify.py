"""What rots in a real repository is found by reading it: named, shown, told, and cured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rig import DAEMON, STORE, Rig

from seatrial.contract.runtime import Answer

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]


def _repository(rig: Rig) -> Path:
    return rig.runtime.home.replica(STORE, 0) / "repository"


def _metric(rig: Rig, name: str) -> float | None:
    answer: Answer = rig.runtime.request("GET", DAEMON, "http", "/metrics")
    found = re.search(rf"^{name} (\S+)$", answer.body.decode(), re.MULTILINE)
    return float(found[1]) if found is not None else None


@contextmanager
def _spoiled(file: Path, *, cut: bool) -> Iterator[None]:
    """Half of it is gone, or a few bytes in its middle are others."""
    before, state = file.read_bytes(), file.stat()
    half = len(before) // 2
    with file.open("r+b") as writing:  # its owner stays
        if cut:
            writing.truncate(half)
        else:
            writing.seek(half)
            writing.write(bytes(each ^ 0xFF for each in before[half : half + 4]))
    try:
        yield
    finally:
        if file.parent.exists():
            file.write_bytes(before)
            file.chmod(state.st_mode)


def _of_the_log(rig: Rig) -> Path:
    """The newest segment in the repository."""
    rig.sql("CREATE TABLE IF NOT EXISTS log (n integer)", "INSERT INTO log VALUES (1)")
    rig.sql("SELECT pg_switch_wal()")
    rig.backed.begin("incremental")
    assert not rig.followed("backup")["error"]
    return max(_repository(rig).glob("archive/main/*/*/*.zst"))


def _of_the_newest(rig: Rig) -> Path:
    """The largest file of the newest full backup."""
    folder = max(_repository(rig).glob("backup/main/*F"))
    return max(folder.rglob("pg_data/base/**/*.zst"), key=lambda each: each.stat().st_size)


def test_a_clean_repository_is_told_so(rig: Rig) -> None:
    said = rig.run("backup", "verify", STORE)
    assert re.search(r"read \d{3,} files in .*, 0 damaged", said), said
    assert _metric(rig, "backup_damaged_files") == 0
    listed = rig.run("backup")
    assert re.search(rf"{STORE} +\d{{4}}-.* +\d{{3,}} +0", listed), listed


@pytest.mark.parametrize("cut", [True, False], ids=["cut", "flipped"])
def test_a_rotten_segment_is_found(rig: Rig, *, cut: bool) -> None:
    segment = _of_the_log(rig)
    with _spoiled(segment, cut=cut):
        said = rig.run("backup", "verify", STORE, code=1)
        assert segment.name in said
        assert "begins anew" in said
        assert _metric(rig, "backup_damaged_files") == 1
        assert segment.name in rig.run("backup", code=1)
    rig.run("backup", "verify", STORE)
    assert _metric(rig, "backup_damaged_files") == 0


@pytest.mark.parametrize("cut", [True, False], ids=["cut", "flipped"])
def test_a_rotten_backup_is_passed_over_until_another_is_taken(rig: Rig, *, cut: bool) -> None:
    rig.backed.begin("full")
    assert not rig.followed("backup")["error"]
    moment = float(rig.sql("SELECT extract(epoch FROM clock_timestamp())"))
    newest = max(_repository(rig).glob("backup/main/*F")).name
    assert rig.backed.preview(moment)["backup"] == newest
    with _spoiled(_of_the_newest(rig), cut=cut):
        assert "begins anew" in rig.run("backup", "verify", STORE, code=1)
        told = {each["label"]: each["rotten"] for each in rig.backed.told()["backups"]}
        assert told[newest]
        assert not all(told.values())
        found = rig.backed.preview(moment)
        assert (found["backup"] != newest, found["rotten"]) == (True, False)

        rig.backed.begin("full")
        assert not rig.followed("backup")["error"]
        assert _metric(rig, "backup_damaged_files") == 0, "nothing that is needed now"
        assert rig.backed.told()["verified"]["damaged"], "and it is not forgotten"
        assert "rotten" in rig.run("backup")
    rig.run("backup", "verify", STORE)


def test_what_is_gone_with_its_folder_is_found_and_a_closed_file_is_no_damage(rig: Rig) -> None:
    gone = max(_repository(rig).glob("backup/main/*F"))
    aside = gone.with_name("aside")
    gone.rename(aside)
    try:
        assert gone.name in rig.run("backup", "verify", STORE, code=1)
    finally:
        aside.rename(gone)
    rig.run("backup", "verify", STORE)
    before = _metric(rig, "backup_verified_timestamp_seconds")

    file = _of_the_newest(rig)
    mode = file.stat().st_mode
    file.chmod(0)
    try:
        assert "cannot be read" in rig.run("backup", "verify", STORE, code=3)
    finally:
        file.chmod(mode)
    assert _metric(rig, "backup_verified_timestamp_seconds") == before, "nobody knows more"
    assert _metric(rig, 'backup_failures_total{type="verify"}') == 1
