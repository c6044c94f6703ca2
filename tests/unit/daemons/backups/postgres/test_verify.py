"""What pgBackRest 2.45 said of repositories that were whole, rotten, empty and not to be read."""

from __future__ import annotations

import pytest

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.postgres.verify import Told, found, needed, read

FULL, INCREMENTAL = "20261129-085956F", "20261129-085956F_20261129-090024I"
LATER = "20261130-085956F"
SEGMENT = "15-1/0000000100000000/000000010000000000000003-8b48ecbae5fda645a7a156de1b02d90a57116593"
WHOLE = f"""\
P00   INFO: verify command begin 2.45: --output=text --stanza=main --verbose
P00   INFO: stanza: main
            status: ok
              archiveId: 15-1, total WAL checked: 8, total valid WAL: 8
                missing: 0, checksum invalid: 0, size invalid: 0, other: 0
              backup: {FULL}, status: valid, total files checked: 964, total valid files: 964
                missing: 0, checksum invalid: 0, size invalid: 0, other: 0
stanza: main
status: ok
  archiveId: 15-1, total WAL checked: 8, total valid WAL: 8
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: {FULL}, status: valid, total files checked: 964, total valid files: 964
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: {LATER}, status: in-progress, total files checked: 0, total valid files: 0
P00   INFO: verify command end: completed successfully
"""
ROTTEN = f"""\
P00   INFO: duplicate WAL '000000010000000000000005' for '15-1' exists, skipping
P01   INFO: invalid checksum '{SEGMENT}.zst'
P01   INFO: invalid result 15-1/0000000100000000/04.zst: [29] raised from local-1 protocol: eof
            [FormatError] on retry after 0ms
P01   INFO: invalid checksum '{FULL}/pg_data/base/5/2838.zst'
P01   INFO: file missing '{INCREMENTAL}/pg_data/global/pg_control.zst'
stanza: main
status: error
  archiveId: 15-1, total WAL checked: 8, total valid WAL: 4
    missing: 0, checksum invalid: 1, size invalid: 0, other: 1
  backup: {FULL}, status: invalid, total files checked: 964, total valid files: 963
    missing: 0, checksum invalid: 1, size invalid: 0, other: 0
  backup: {INCREMENTAL}, status: invalid, total files checked: 966, total valid files: 964
    missing: 1, checksum invalid: 1, size invalid: 0, other: 0
"""


def _backup(label: str) -> Backup:
    return Backup(
        label=label, kind="full", began=1, ended=2, size=1, copied=1, stored=1, damaged=False,
        history="main",
    )  # fmt: skip


def test_a_whole_repository_is_counted_once() -> None:
    told = read(WHOLE)
    assert (told.files, told.damaged, told.rotten) == (972, frozenset(), frozenset())
    assert told.backups == {FULL, LATER}


def test_what_is_rotten_is_named() -> None:
    told = read(ROTTEN)
    assert told.damaged == {
        "15-1/000000010000000000000005",
        f"{SEGMENT}.zst",
        "15-1/0000000100000000/04.zst",
        f"{FULL}/pg_data/base/5/2838.zst",
        f"{INCREMENTAL}/pg_data/global/pg_control.zst",
    }
    assert told.rotten == {FULL, INCREMENTAL}


def test_a_backup_without_its_list_of_files_is_rotten() -> None:
    text = (
        "stanza: main\nstatus: error\n"
        f"  backup: {FULL}, status: invalid, total files checked: 0, total valid files: 0\n"
    )
    assert read(text).damaged == {f"{FULL}/backup.manifest"}


def test_a_repository_without_its_own_lists_is_damaged() -> None:
    text = "stanza: main\nstatus: error\n  No usable backup.info file\n"
    assert read(text).damaged == {"backup.info"}


def test_an_empty_stanza_is_whole() -> None:
    assert (
        read("stanza: main\nstatus: ok\n    no archives or backups exist in the repo\n").files == 0
    )


@pytest.mark.parametrize("number", ["41", "39", "103"])
def test_what_cannot_be_read_is_unknown(number: str) -> None:
    text = f"P01   INFO: invalid result {SEGMENT}.zst: [{number}] unable to open file\n{ROTTEN}"
    with pytest.raises(ValueError, match="cannot be read: unable to open file"):
        read(text)


@pytest.mark.parametrize("text", ["", "stanza: main\n", "stanza: main\nstatus: error\n"])
def test_an_answer_that_says_nothing_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="does not say how the repository is"):
        read(text)


def test_a_segment_that_was_outdated_meanwhile_is_no_damage() -> None:
    text = f"P01   INFO: file missing '{SEGMENT}.zst'\nstanza: main\nstatus: error\n"
    assert read(text).damaged == frozenset()


def _told(*backups: str, damaged: tuple[str, ...] = (), rotten: tuple[str, ...] = ()) -> Told:
    return Told(
        files=1,
        damaged=frozenset(damaged),
        rotten=frozenset(rotten),
        backups=frozenset(backups),
    )


def test_a_backup_that_nobody_has_seen_is_gone_and_an_outdated_one_is_not() -> None:
    held = [_backup(FULL), _backup(LATER)]
    gone = found([("main", _told(FULL))], held, held)
    assert (gone.damaged, gone.rotten) == ((f"main/{LATER}",), (LATER,))
    told = _told(FULL, LATER, damaged=(f"{FULL}/pg_data/a",), rotten=(FULL,))
    outdated = found([("main", told)], held, held[1:])
    assert (outdated.damaged, outdated.rotten) == ((), ())


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (f"main/{LATER}/pg_data/a.zst", True),
        (f"main/{LATER}_20261130-095956I/pg_data/a.zst", True),
        (f"main/{FULL}/pg_data/a.zst", False),
        (f"main/{INCREMENTAL}/pg_data/a.zst", False),
        ("main/15-1/0000000200000001/000000020000000100000003-8b.zst", True),
        ("main/15-1/0000000100000001/000000010000000100000001-8b.zst", False),
        ("main/backup.info", True),
        (f"main-20261101T000000Z/{LATER}/pg_data/a.zst", False),
    ],
)
def test_needed_is_what_came_since_the_newest_full_backup(file: str, *, wanted: bool) -> None:
    assert needed(file, "main", LATER, "000000010000000100000002") is wanted
