"""Files that a service keeps are backed up by a real restic: as they were, red when broken."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from rig import Rig, first_backup, rigged

from seatrial.app.backup import Unclear
from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-files")]

SERVICE = "front"
EXAMPLE = Path(__file__).parents[3] / "examples/backup-files"


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The example's service, with one upload, and its first snapshot.

    Commands run in its folder all the time: another run of pytest closes the one of its own.
    """
    text = (EXAMPLE / "seatrial.yaml").read_text().replace("system: backup-files", "system: backed")
    with TemporaryDirectory(prefix="seatrial-files-") as folder:
        for name in ("app.py", "keep.py"):
            shutil.copy(EXAMPLE / name, folder)
        with rigged(Path(folder), text, SERVICE) as found:
            first_backup(found)
            upload(found, "first", "kept")
            take(found)
            yield found


def upload(rig: Rig, name: str, text: str) -> None:
    answer = rig.runtime.request("PUT", SERVICE, "http", f"/{name}", text)
    assert answer.status == 201, answer.body


def take(rig: Rig) -> dict[str, Any]:
    rig.backed.begin()
    work = rig.followed("backup")
    assert not work["error"], work["error"]
    return dict(work["result"]["backups"][0])


def own(rig: Rig) -> Path:
    """The service's own folder."""
    return rig.runtime.home.replica(SERVICE, 0)


def expectations(rig: Rig) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    return {
        each.name.partition("/")[0]: each for each in found if each.scenario == f"restore-{SERVICE}"
    }


def drilled(rig: Rig) -> dict[str, Any]:
    answer = rig.order("POST", "/drills")
    assert answer.status == 202, answer.body
    rig.followed("drill")
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/works/drill").body
    return dict(json.loads(told))


def judged(one: Expectation, work: dict[str, Any]) -> Judgement:
    began = Observation(at=work["began"] - 1, source="drill", kind="step", subject="inject")
    seen = Observation(
        at=work["began"], source="x", kind=RESTORED, subject=SERVICE, text=json.dumps(summary(work))
    )
    return one.judge(Timeline().adding((began, seen)), work["ended"], True)  # noqa: FBT003 - Judge


def test_a_snapshot_is_what_its_moment_says(rig: Rig) -> None:
    work = drilled(rig)
    found = expectations(rig)
    assert set(found) == {"exact", "taken", "whole"}
    for one in found.values():
        told = judged(one, work)
        assert told.state is State.MET, (told.reason, work)
    assert rig.backed.told()["copies"] == [], "a drill leaves no copy"
    assert not (own(rig) / ".seatrial/out").exists(), "nor what a command has put out"


@pytest.mark.parametrize("name", ["exact", "taken", "whole"])
def test_each_control_turns_red_and_is_undone(rig: Rig, name: str) -> None:
    one = expectations(rig)[name]
    planted = [rig.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        work = drilled(rig)
    finally:
        for each in planted:
            rig.runtime.undo(each.id)
    told = judged(one, work)
    assert told.state is State.BROKEN, told.reason
    again = judged(one, drilled(rig))
    assert again.state is State.MET, again.reason


def test_what_was_deleted_is_in_the_copy_and_what_came_later_is_not(rig: Rig) -> None:
    upload(rig, "precious", "gold")
    taken = take(rig)
    upload(rig, "late", "tin")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    (own(rig) / "uploads/precious").unlink()
    said = rig.run("restore", SERVICE, "--to", moment, "--into", "yesterday")
    assert f"from {taken['label']}" in said
    assert "the copy lies in" in said
    assert "ok   each upload is there" in said
    copy = rig.copies / "yesterday"
    assert (copy / "uploads/precious").read_text() == "gold"
    assert not (copy / "uploads/late").exists()
    assert sorted(each.name for each in copy.iterdir()) == ["data", "uploads"]
    rig.run("restore", SERVICE, "--remove", "yesterday")
    assert rig.backed.told()["copies"] == []
    upload(rig, "precious", "gold")  # its row is there, so that it must be
    take(rig)


def test_an_invariant_that_does_not_hold_is_told(rig: Rig) -> None:
    upload(rig, "lost", "lead")
    (own(rig) / "uploads/lost").unlink()
    take(rig)
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    said = rig.run("restore", SERVICE, "--to", moment, "--into", "short", code=1)
    assert "FAIL each upload is there" in said
    assert "lost: lost" in said
    rig.run("restore", SERVICE, "--remove", "short")
    upload(rig, "lost", "lead")
    take(rig)


def test_a_command_that_fails_fails_the_backup_and_removes_nothing(rig: Rig) -> None:
    before = rig.backed.told()["backups"]
    database = own(rig) / "data/app.db"
    database.rename(database.with_name("aside"))
    (own(rig) / "data/app.db").mkdir()
    try:
        rig.backed.begin()
        error = rig.followed("backup")["error"]
        assert "the command of the backup failed: python3 ended with 1" in error
        assert "unable to open database file" in error
    finally:
        (own(rig) / "data/app.db").rmdir()
        database.with_name("aside").rename(database)
    assert rig.backed.told()["backups"] == before


def test_a_rotten_file_of_the_repository_is_found(rig: Rig) -> None:
    assert "0 damaged" in rig.run("backup", "verify", SERVICE)
    pack = max(
        (rig.folder / "repository/restic/data").glob("*/*"), key=lambda each: each.stat().st_size
    )
    mode, whole = pack.stat().st_mode, pack.read_bytes()
    pack.chmod(0o600)
    pack.write_bytes(whole[:-1] + bytes([whole[-1] ^ 0xFF]))
    try:
        assert pack.name in rig.run("backup", "verify", SERVICE, code=1)
        told = rig.runtime.request("GET", rig.daemon_name, "http", "/metrics").body.decode()
        assert "backup_last_damaged 1.0" in told, "what BackupDamaged reads"
    finally:
        pack.write_bytes(whole)
        pack.chmod(mode)
    assert "0 damaged" in rig.run("backup", "verify", SERVICE)


def test_another_password_is_told_in_words(rig: Rig) -> None:
    file = rig.folder / "password"
    kept = file.read_bytes()
    file.write_text("another\n")
    try:
        rig.backed.begin()
        error = rig.followed("backup")["error"]
        assert "was made with another password than the secret front-backups-cipher" in error
    finally:
        file.write_bytes(kept)
    take(rig)


def test_a_daemon_killed_meanwhile_leaves_no_lock_and_all_that_was_whole(rig: Rig) -> None:
    before = rig.backed.told()["backups"]
    repository = rig.folder / "repository/restic"
    rig.backed.begin()
    until = time.monotonic() + 60
    while not list((repository / "locks").iterdir()):
        assert time.monotonic() < until
        time.sleep(0.005)
    os.kill(rig.daemon(), signal.SIGKILL)
    assert "started anew" in rig.followed("backup")["error"]
    until = time.monotonic() + 60
    while len(rig.backed.told()["backups"]) < len(before):
        assert time.monotonic() < until
        time.sleep(0.2)
    taken = take(rig)
    told = rig.backed.told()["backups"]
    assert [each["label"] for each in before] == [each["label"] for each in told[: len(before)]]
    assert told[-1]["label"] == taken["label"]
    assert not any(each["damaged"] for each in told)
    assert list((repository / "locks").iterdir()) == []


def test_what_cannot_be_done_is_refused(rig: Rig) -> None:
    first = rig.backed.told()["backups"][0]
    with pytest.raises(Unclear, match="before the first moment that a backup reaches"):
        rig.backed.preview(first["moment"] - 1)
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    said = rig.run("restore", SERVICE, "--to", moment, code=2)
    assert "no copy takes the store's place" in said
    rig.backed.restore(time.time(), "one")
    with pytest.raises(Unclear, match="a restore is being done since"):
        rig.backed.restore(time.time(), "two")
    rig.followed("restore")
    rig.backed.remove("one")
    rig.followed("removal")
    assert rig.order("POST", "/drills", "a-token-of-somebody-else").status == 401
