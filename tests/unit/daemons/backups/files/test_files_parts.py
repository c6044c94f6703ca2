"""The parts of a backup of files: what restic says, packs, notes, commands, what is compared."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from seatrial.daemons.backups import restic, shares
from seatrial.daemons.backups.command import CommandError, ended
from seatrial.daemons.backups.files import canary, packs, pair
from seatrial.daemons.backups.files.home import Home
from seatrial.daemons.backups.files.notes import Note, Notes, parsed
from seatrial.daemons.backups.files.plan import Plan, read
from seatrial.daemons.backups.files.same import unlike

SUMMARY = (
    '{"message_type":"summary","total_bytes_processed":70,"data_added":9,'
    '"total_files_processed":3,"snapshot_id":"c1d77ddf"}'
)
DELETED = '{"message_type":"error","error":{"Op":"lstat","Path":"/a","Err":2},"item":"/a"}'
CLOSED = '{"message_type":"error","error":{"Op":"open","Path":"/b","Err":13},"item":"/b"}'


def planned(folder: Path, **more: Any) -> Plan:
    return read(
        {
            "store": "front",
            "region": "",
            "copies": f"{folder}/copies",
            "address": "127.0.0.1",
            "port": 0,
            "drill_port": 0,
            "schedule": {"full": 720},
            "verify": 86400,
            "lies": "/s/repository",
            "invariants": {},
            "place": f"{folder}/place",
            "kept": ["uploads"],
            "folders": ["uploads"],
            "pair": None,
            "system": str(folder),
            "within": 10,
            "repository": f"{folder}/repository",
            "password": f"{folder}/password",
            "secret": "front-backups-cipher",
            "keep": 86400,
            "far": None,
            **more,
        }
    )


def test_what_restic_says_of_a_backup_is_read() -> None:
    found = restic.copied(f"so far\n{SUMMARY}\n", 1)
    assert (found.id, found.size, found.added, found.files, found.gone) == ("c1d77ddf", 70, 9, 3, 1)
    with pytest.raises(CommandError, match="does not say which"):
        restic.copied("nothing", 0)


def test_what_was_deleted_meanwhile_is_told_from_what_cannot_be_read() -> None:
    gone, closed = restic.errors(f"{DELETED}\nwords\n{CLOSED}\n")
    assert restic._gone(gone)
    assert not restic._gone(closed)
    assert restic._worded(closed) == "/b: permission denied"


def pack(repository: Path, text: bytes) -> Path:
    name = hashlib.sha256(text).hexdigest()
    made = repository / "data" / name[:2] / name
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(text)
    return made


def test_a_pack_that_is_not_what_its_name_says_is_found(tmp_path: Path) -> None:
    good, bad = pack(tmp_path, b"good"), pack(tmp_path, b"bad")
    assert packs.spoiled(tmp_path) == ()
    whole = packs.total(tmp_path, time.time() + 1)
    bad.write_bytes(b"b")
    assert packs.spoiled(tmp_path) == (bad.name,)
    assert packs.spoiled(tmp_path, lambda each: each == good) == ()
    assert packs.total(tmp_path, time.time() + 1) != whole


def home_of(folder: Path, patch: pytest.MonkeyPatch) -> Home:
    """With a repository in which restic says yes to all."""

    async def yes(*_: object, **__: object) -> str:
        return ""

    patch.setattr(restic.Restic, "_done", yes)
    home = Home.at(folder, folder / "password", "a-secret", 60.0)
    for each in ("snapshots", "data"):
        (home.folder / each).mkdir(parents=True)
    (home.folder / "config").write_text("x")
    home.known.tidy()
    return home


def taken_at(home: Home, number: int, ended: float) -> Note:
    """A snapshot that is there."""
    name = f"{number:064x}"
    (home.folder / "snapshots" / name).write_text("x")
    return Note(id=name, began=ended, since=ended, ended=ended, size=1, added=1, files=1, gone=0)


def test_what_was_written_anew_as_others_went_is_read_with_the_next_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, now = home_of(tmp_path, monkeypatch), time.time()
    old, anew = pack(home.folder, b"old"), pack(home.folder, b"of others")
    asyncio.run(home.keep(taken_at(home, 1, now - 100)))
    os.utime(old, (now - 200, now - 200))
    os.utime(anew, (now - 50, now - 50))  # by the `prune` of that backup
    monkeypatch.setattr("seatrial.daemons.backups.files.home.due", lambda *_: False)
    read = list[str]()
    looked = packs.right
    monkeypatch.setattr(packs, "right", lambda each: bool(read.append(each.name)) or looked(each))
    asyncio.run(home.keep(taken_at(home, 2, now)))
    assert read == [anew.name]


def test_each_pack_has_its_turn_while_as_many_are_kept_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, now = home_of(tmp_path, monkeypatch), time.time()
    every = {pack(home.folder, b"%d" % each).name for each in range(64)}
    for each in packs.packs(home.folder):
        os.utime(each, (now - 200, now - 200))
    read = set[str]()
    looked = packs.right
    monkeypatch.setattr(packs, "right", lambda each: not read.add(each.name) and looked(each))
    for number in range(19):
        taken = taken_at(home, number, now + number)
        if number >= 3:
            (home.folder / "snapshots" / f"{number - 3:064x}").unlink()
        if number == 3:
            read.clear()
        asyncio.run(home.keep(taken))
    assert len(home.known.all()) == 3
    assert read == every


@pytest.mark.parametrize("name", ["keys/ab", "snapshots/ab", "data/ab/abc"])
def test_a_repository_whose_config_is_gone_is_not_made_anew(tmp_path: Path, name: str) -> None:
    home = Home.at(tmp_path, tmp_path / "password", "a-secret", 60.0)
    left = home.folder / name
    left.parent.mkdir(parents=True)
    assert not home._there(), "restic makes folders first"
    left.write_text("x")
    with pytest.raises(CommandError, match=r"config is gone, .* move .*/restic aside"):
        asyncio.run(home.opened())
    (home.folder / "config").write_text("x")
    assert home._there()


def test_each_pack_is_read_once_in_sixteen_backups() -> None:
    for one in ("00", "7f", "ff"):
        assert sum(shares.due(one * 32, number) for number in range(16)) == 1


def test_a_note_is_read_as_it_was_kept(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    notes.tidy()
    one = Note(
        id="ab" * 32,
        began=1.0,
        since=2.0,
        ended=3.0,
        size=4,
        added=5,
        files=6,
        gone=0,
        packs=(7, 8, 9.0),
        rows=((0, 1.0, 1.5),),
    )
    notes.keep(one)
    assert notes.all() == (one,)
    assert one.label == "abababab"
    notes.spoil(["b", "a"])
    assert notes.spoiled() == {"a", "b"}
    assert parsed({**asdict(one), "of another version": 1}) == one
    (tmp_path / "notes/torn.json").write_text("{}")
    with pytest.raises(ValueError, match="own words"):
        notes.all()


def test_notes_that_cannot_be_listed_are_not_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Notes(tmp_path / "notes").all()


def test_files_are_written_one_after_the_other_and_the_keystone_stays(tmp_path: Path) -> None:
    kept = tmp_path / ".seatrial/kept"
    canary.lay(kept)
    (kept / "7").write_text("of an earlier one")
    writer = canary.Canary(folder=kept)

    async def some() -> None:
        writing = asyncio.create_task(writer.write())
        await asyncio.sleep(0.3)
        writer.ended = True
        await writing

    asyncio.run(some())
    assert writer.rows
    assert canary.laid(kept)
    assert all(canary.there(kept, number) for number, _, _ in writer.rows)
    assert not canary.there(kept, len(writer.rows))
    assert not canary.there(kept, 7)
    (kept / "0").write_text("")
    assert not canary.there(kept, 0), "half of a file is none"


def test_only_what_has_not_changed_since_is_compared(tmp_path: Path) -> None:
    place, copy = tmp_path / "place", tmp_path / "copy"
    for folder in (place, copy):
        (folder / "uploads/sub").mkdir(parents=True)
        (folder / "uploads/a").write_text("same")
        (folder / "uploads/sub/b").write_text("same")
    later = time.time() + 10
    assert not unlike(place, copy, ("uploads",), later)
    (copy / "uploads/sub/b").unlink()
    (copy / "uploads/a").write_text("othr")
    told = unlike(place, copy, ("uploads",), later)
    assert told.startswith("of 2 files 2 are not in it as they are: ")
    assert not unlike(place, copy, ("uploads",), time.time() - 100), "all of it came later"


def test_a_command_means_the_place_that_it_is_run_on(tmp_path: Path) -> None:
    command = "cp '${place}/a b' ${out}/x $HOME"
    found = planned(tmp_path).words(command, Path("/one"))
    assert found == ("cp", "/one/a b", "/one/.seatrial/out/x", "$HOME")
    elsewhere = planned(tmp_path, region="us").words(command, Path("/one"))
    assert elsewhere[2] == "/one/.seatrial/in-us/out/x", "two copy it, and each has its own"


def test_a_pair_puts_out_and_back(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "copy/.seatrial/out").mkdir(parents=True)
    (tmp_path / "copy/.seatrial/out/x").write_text("abc")
    put = {"backup": "sh -c 'printf abc > ${out}/x'", "restore": "cp ${out}/x ${place}/y"}
    plan = planned(tmp_path, pair=put)
    assert asyncio.run(pair.put_out(plan)) == 3
    asyncio.run(pair.put_back(plan, tmp_path / "copy"))
    assert (tmp_path / "copy/y").read_text() == "abc"


@pytest.mark.parametrize(
    ("command", "within", "told"),
    [
        ("sh -c 'echo why >&2; exit 3'", 10, "failed: sh ended with 3: why"),
        ("true", 10, "has put out nothing"),
        ("no-such-program ${out}", 10, "no-such-program cannot be run in "),
        ("sh -c 'echo so far; sleep 60'", 1, "sh took over 1 s; its last lines: so far"),
    ],
)
def test_a_command_that_fails_is_told_with_its_last_lines(
    tmp_path: Path, command: str, within: float, told: str
) -> None:
    (tmp_path / "place").mkdir()
    plan = planned(tmp_path, pair={"backup": command, "restore": "true"}, within=within)
    with pytest.raises(CommandError, match=told):
        asyncio.run(pair.put_out(plan))


def test_a_program_is_told_how_it_ended() -> None:
    found = asyncio.run(
        ended(sys.executable, "-c", "import sys; print(input()); sys.exit(4)", within=60, stdin="x")
    )
    assert (found.code, found.out) == (4, "x\n")


def test_what_a_killed_restic_was_writing_is_no_pack(tmp_path: Path) -> None:
    text = b"a pack"
    name = hashlib.sha256(text).hexdigest()
    folder = tmp_path / "data" / name[:2]
    folder.mkdir(parents=True)
    (folder / name).write_bytes(text)
    half = folder / f"{name}-tmp-123"
    half.write_bytes(b"a p")
    assert packs.spoiled(tmp_path) == ()
    packs.tidied(tmp_path)
    assert [each.name for each in folder.iterdir()] == [name]
    packs.tidied(tmp_path / "none")


def test_a_folder_that_is_gone_leaves_nothing_to_compare(tmp_path: Path) -> None:
    assert unlike(tmp_path / "place", tmp_path / "copy", ("uploads",), time.time()) == ""


def test_a_copy_of_the_same_name_size_and_time_is_read_again(tmp_path: Path) -> None:
    place, copy = tmp_path / "place/uploads", tmp_path / "copy/uploads"
    for each in (place, copy):
        each.mkdir(parents=True)
        (each / "a").write_text("one")
        os.utime(each / "a", (1, 1))
    later = time.time() + 60
    assert unlike(place.parent, copy.parent, ("uploads",), later) == ""
    (copy / "a").write_text("two")
    os.utime(copy / "a", (1, 1))
    assert "are not in it as they are: uploads/a" in unlike(
        place.parent, copy.parent, ("uploads",), later
    )


def test_what_a_command_has_started_ends_with_it_where_it_took_too_long(tmp_path: Path) -> None:
    """Also where the command itself has ended, and a child of its own holds its output."""
    left = tmp_path / "left"
    words = f"(sleep 3; touch {left}) & exit 0"
    with pytest.raises(CommandError, match="took over"):
        asyncio.run(ended("sh", "-c", words, within=0.5))
    time.sleep(3)
    assert not left.exists()
