"""A real Redis is backed up and restored: as it was, refused where it must be, red when broken."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from rig import QUEUE, REDIS_FILE, Rig, first_backup, rigged

from seatrial.app.backup import Unclear
from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-redis")]

STORE = QUEUE
OWES = "nobody owes: EVAL \"return redis.call('EXISTS','debts') == 0\" 0"
FILE = REDIS_FILE.replace(OWES, "somebody is there: EXISTS people")
assert FILE != REDIS_FILE


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A Redis with a password for a module's tests, with its first snapshot."""
    with rigged(tmp_path_factory.mktemp("snapped"), FILE, STORE) as found:
        found.redis("SADD", "people", "ada")
        yield first_backup(found)


def _expectations(rig: Rig) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    return {
        each.name.partition("/")[0]: each for each in found if each.scenario == f"restore-{STORE}"
    }


def _drilled(rig: Rig) -> dict[str, Any]:
    answer = rig.order("POST", "/drills")
    assert answer.status == 202, answer.body
    rig.followed("drill")
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/works/drill").body
    return dict(json.loads(told))


def _judged(one: Expectation, work: dict[str, Any]) -> Judgement:
    began = Observation(at=work["began"] - 1, source="drill", kind="step", subject="inject")
    seen = Observation(
        at=work["began"], source="x", kind=RESTORED, subject=STORE, text=json.dumps(summary(work))
    )
    return one.judge(Timeline().adding((began, seen)), work["ended"], True)  # noqa: FBT003 - Judge


def _taken(rig: Rig) -> dict[str, Any]:
    rig.backed.begin()
    work = rig.followed("backup")
    assert not work["error"], work["error"]
    return dict(work["result"]["backups"][0])


def _asked(rig: Rig, *words: str) -> str:
    """What a copy answers."""
    host, port = rig.backed.told()["address"].split(":")
    query = (
        'while read -r key value; do [ "$key" = requirepass ] && REDISCLI_AUTH="$value"; done'
        ' < redis.conf; export REDISCLI_AUTH; exec redis-cli -h "$0" -p "$@"'
    )
    asked = rig.runtime.execute(STORE, ("sh", "-c", query, host, port, *words))
    assert asked.status == 0, asked.stderr
    return asked.stdout.strip()


def _figures(rig: Rig) -> dict[str, str]:
    """What Prometheus reads, by the series."""
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/metrics").body.decode()
    lines = (each.rpartition(" ") for each in told.splitlines() if not each.startswith("#"))
    return {series: value for series, _, value in lines}


def test_a_snapshot_is_what_its_moment_says(rig: Rig) -> None:
    work = _drilled(rig)
    found = _expectations(rig)
    assert set(found) == {"exact", "taken", "whole"}
    newest = rig.backed.told()["backups"][-1]
    last = 'backup_last_completed_timestamp_seconds{type="incremental"}'
    assert float(_figures(rig)[last]) == pytest.approx(newest["ended"]), "what BackupLate reads"
    for one in found.values():
        told = _judged(one, work)
        assert told.state is State.MET, (told.reason, work)
    assert rig.backed.told()["copies"] == [], "a drill leaves no copy"


@pytest.mark.parametrize("name", ["exact", "taken", "whole"])
def test_each_control_turns_red_and_is_undone(rig: Rig, name: str) -> None:
    one = _expectations(rig)[name]
    planted = [rig.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        work = _drilled(rig)
    finally:
        for each in planted:
            rig.runtime.undo(each.id)
    told = _judged(one, work)
    assert told.state is State.BROKEN, told.reason
    again = _judged(one, _drilled(rig))
    assert again.state is State.MET, again.reason


def test_what_was_deleted_is_brought_back_beside_the_server(rig: Rig) -> None:
    rig.redis("RPUSH", "precious", "1", "2", "3")
    taken = _taken(rig)
    rig.redis("RPUSH", "precious", "too late")
    moment = time.time()
    rig.redis("DEL", "precious")

    preview = rig.backed.preview(moment)
    assert preview["backup"] == taken["label"]
    assert preview["moment"] == taken["moment"] <= moment
    rig.backed.restore(moment, "yesterday")
    work = rig.followed("restore")
    assert not work["error"]
    assert set(work["result"]["invariants"].values()) == {"t"}
    assert _asked(rig, "LRANGE", "precious", "0", "-1").split() == ["1", "2", "3"]
    assert rig.redis("EXISTS", "precious") == "0"
    with pytest.raises(Unclear, match="the copy yesterday runs"):
        rig.backed.restore(moment, "another")
    rig.backed.remove("yesterday")
    rig.followed("removal")
    assert rig.backed.told()["copies"] == []


def test_an_invariant_that_does_not_hold_is_told(rig: Rig) -> None:
    rig.redis("RENAME", "people", "persons")
    try:
        _taken(rig)
    finally:
        rig.redis("RENAME", "persons", "people")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    said = rig.run("restore", STORE, "--to", moment, "--into", "empty", code=1)
    assert "FAIL somebody is there: it answers 0, not 1" in said
    assert "what was written in between is in no backup" in said
    rig.run("restore", STORE, "--remove", "empty")
    _taken(rig)


def test_the_commands_list_take_and_restore(rig: Rig) -> None:
    assert "full" in rig.run("backup", "now", STORE)
    assert "full" in rig.run("backup")
    assert "kind is one of full" in rig.run("backup", "now", STORE, "--kind", "incremental", code=2)
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    would = rig.run("restore", STORE, "--to", moment, "--into", "seen", "--dry-run")
    assert "into the copy seen; queue goes on as it is" in would
    assert rig.backed.told()["copies"] == [], "a dry run does nothing"


def test_a_rotten_snapshot_is_found_and_passed_over(rig: Rig) -> None:
    kept = [_taken(rig)["label"], _taken(rig)["label"]]
    assert "0 damaged" in rig.run("backup", "verify", STORE)
    file = rig.folder / "repository" / f"{kept[1]}.rdb"
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + bytes([whole[40] ^ 0xFF]) + whole[41:])  # as long as it was
    try:
        assert file.name in rig.run("backup", "verify", STORE, code=1)
        assert _figures(rig)["backup_damaged_files"] == "1.0"
        assert rig.backed.preview(time.time())["backup"] == kept[0]
        _taken(rig)
        assert _figures(rig)["backup_damaged_files"] == "0.0"
    finally:
        file.write_bytes(whole)
    assert "0 damaged" in rig.run("backup", "verify", STORE)


def test_a_password_that_is_wrong_fails_and_removes_nothing(rig: Rig) -> None:
    before = rig.backed.told()["backups"]
    failed = float(_figures(rig)['backup_failures_total{type="full"}'])
    file = rig.folder / "password"
    kept = file.read_bytes()
    file.write_text("another\n")
    try:
        rig.backed.begin()
        assert "WRONGPASS" in rig.followed("backup")["error"]
    finally:
        file.write_bytes(kept)
    assert rig.backed.told()["backups"] == before
    assert float(_figures(rig)['backup_failures_total{type="full"}']) == failed + 1
    _taken(rig)


def test_what_is_half_taken_is_gone_after_a_kill_and_the_rest_is_there(rig: Rig) -> None:
    before = rig.backed.told()["backups"]
    rig.backed.begin()
    part = rig.folder / "repository/taking.rdb.part"
    until = time.monotonic() + 60
    while not part.exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    os.kill(rig.daemon(), signal.SIGKILL)
    assert "started anew" in rig.followed("backup")["error"]
    assert not part.exists()
    until = time.monotonic() + 60
    while len(rig.backed.told()["backups"]) < len(before):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert rig.backed.told()["backups"][: len(before)] == before
    assert not list((rig.folder / "repository").glob("*.part"))


def test_what_cannot_be_reached_is_refused(rig: Rig) -> None:
    first = rig.backed.told()["backups"][0]
    with pytest.raises(Unclear, match="before the first moment that a backup reaches"):
        rig.backed.preview(first["moment"] - 1)
    with pytest.raises(Unclear, match="in the future"):
        rig.backed.preview(time.time() + 60)
    assert rig.order("POST", "/drills", "a-token-of-somebody-else").status == 401
