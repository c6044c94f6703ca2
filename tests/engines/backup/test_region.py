"""What lies in another region, encrypted, brings a PostgreSQL back when home holds nothing.

A real S3 server behind TLS, which its own authority signs for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rig import FILE, STORE, Rig, first_backup, rigged
from test_restore import _judged

from seatrial.capabilities.backup import place
from seatrial.contract.action import AlterFile
from seatrial.contract.scenario import Expectation, State
from seatrial.engines.versitygw import workload

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]
REGION = "us"
VAULT = place.vault(STORE, REGION)
_FILE = FILE.replace("{keep: 14d}", "{keep: 14d, also_in: us}").replace(
    "promises: [R18, R20]", "regions: {eu: {home: true}, us: {}}\npromises: [R01, R18, R20]"
)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The store with its first backup in both places, seen from the other region."""
    with rigged(tmp_path_factory.mktemp("far"), _FILE) as found:
        found.sql("CREATE TABLE accounts (balance integer)")
        first_backup(found)
        yield first_backup(replace(found, region=REGION))


def _expectations(rig: Rig) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    name = f"restore-{STORE}-from-{REGION}"
    return {each.name.partition("/")[0]: each for each in found if each.scenario == name}


def _drilled(rig: Rig) -> dict[str, object]:
    answer = rig.order("POST", "/drills")
    assert answer.status == 202, answer.body
    rig.followed("drill")
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/works/drill").body
    return dict(json.loads(told))


def _objects(rig: Rig) -> list[Path]:
    folder = rig.runtime.home.replica(VAULT, 0) / workload.OBJECTS / workload.BUCKET / STORE
    return [each for each in folder.rglob("*") if each.is_file()]


def _moment(rig: Rig) -> float:
    return float(rig.sql("SELECT extract(epoch FROM clock_timestamp())"))


def test_a_restore_from_there_stops_exactly_at_its_moment(far: Rig) -> None:
    work = _drilled(far)
    found = _expectations(far)
    assert set(found) == {"exact", "archived"}
    for one in found.values():
        told = _judged(one, work)
        assert told.state is State.MET, told.reason


@pytest.mark.parametrize("name", ["exact", pytest.param("archived", marks=pytest.mark.long)])
def test_each_control_turns_red_and_is_undone(far: Rig, name: str) -> None:
    one = _expectations(far)[name]
    planted = [far.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        work = _drilled(far)
    finally:
        for each in planted:
            far.runtime.undo(each.id)
    told = _judged(one, work)
    assert told.state is State.BROKEN, told.reason


def _missing(rig: Rig) -> float:
    """How many segments the repository is told to lack; -1 before anybody has looked."""
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/metrics").body.decode()
    lines = (each.split() for each in told.splitlines())
    return next((float(each[1]) for each in lines if each[:1] == ["backup_archive_missing"]), -1.0)


def _until_missing(rig: Rig, wanted: float) -> None:
    until = time.monotonic() + 180
    while _missing(rig) != wanted:
        assert time.monotonic() < until, (_missing(rig), rig.runtime.logs(rig.daemon_name, 20))
        time.sleep(1.0)


def test_a_hole_in_what_lies_there_is_told_until_the_next_backup_there(far: Rig) -> None:
    home = replace(far, region="")
    _until_missing(far, 0.0)
    names = []
    for number in range(3):
        far.sql(f"CREATE TABLE more_{number} ()")  # without anything new no segment is closed
        names.append(far.sql("SELECT pg_walfile_name(pg_switch_wal())"))
    until = time.monotonic() + 120
    while not any(each.name.startswith(names[2]) for each in _objects(far)):
        assert time.monotonic() < until
        time.sleep(0.5)
    (lost,) = (each for each in _objects(far) if each.name.startswith(names[1]))
    lost.unlink()
    _until_missing(far, 1.0)
    assert _missing(home) == 0.0  # where it is still whole
    far.run("backup", "now", STORE, "--in", REGION)
    _until_missing(far, 0.0)


def test_what_rots_there_is_found_there_and_nothing_at_home(far: Rig) -> None:
    far.run("backup", "verify", STORE, "--in", REGION)  # one that is due may read it already
    segment = max(
        (each for each in _objects(far) if "/archive/main/15-1/" in str(each)),
        key=lambda each: each.name,
    )
    before = segment.read_bytes()
    half = len(before) // 2
    segment.write_bytes(before[:half] + bytes(64) + before[half + 64 :])
    try:
        said = far.run("backup", "verify", STORE, "--in", REGION, code=1)
    finally:
        segment.write_bytes(before)
    assert segment.name in said
    assert f"in the repository of {STORE} in {REGION}" in " ".join(said.split())
    assert "0 damaged" in far.run("backup", "verify", STORE)
    assert "0 damaged" in far.run("backup", "verify", STORE, "--in", REGION)


def test_nothing_that_lies_there_can_be_read_there(far: Rig) -> None:
    found = _objects(far)
    assert len(found) > 10
    for each in found:
        assert each.read_bytes().startswith(b"Salted__"), each


def test_it_is_brought_back_while_home_holds_no_backup(far: Rig) -> None:
    far.sql("CREATE TABLE precious (n integer)", "INSERT INTO precious VALUES (7)")
    moment = _moment(far)
    far.sql("DROP TABLE precious")
    far.sql("SELECT pg_switch_wal()")
    home = far.runtime.home.replica(STORE, 0) / place.REPOSITORY
    gone = home.rename(home.with_name("gone"))
    try:
        to = ("--to", _written(moment), "--into", "recovered")
        said = far.run("restore", STORE, *to, "--from", REGION)
    finally:
        gone.rename(home)
    assert ") in us, ended" in said
    assert "the copy answers at" in said
    told = far.backed.told()
    host, port = told["address"].split(":")
    query = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    words = ("sh", "-c", query, host, port, "SELECT n FROM precious")
    asked = far.runtime.execute(STORE, words)
    assert (asked.status, asked.stdout) == (0, "7\n"), asked.stderr
    far.run("restore", STORE, "--from", REGION, "--remove", "recovered")


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def test_a_region_that_holds_none_is_refused(far: Rig) -> None:
    to = ("--to", _written(time.time() - 1), "--into", "recovered")
    said = far.run("restore", STORE, *to, "--from", "mars", code=2)
    assert "mars holds no backup of db; they lie at home and in us" in " ".join(said.split())


def test_with_another_key_nothing_is_taken_for_a_backup(far: Rig) -> None:
    name = "pgbackrest.conf"
    (made,) = (each for each in far.planned.workloads if each.name == far.daemon_name)
    (text,) = (each.text for each in made.files if each.path == name)
    other = text.replace(f"${{secret.{place.cipher(STORE, REGION)}}}", "another")
    assert other != text
    planted = far.runtime.inject(AlterFile(workload=far.daemon_name, path=name, text=other))
    try:
        far.backed.begin("full")
        told = far.followed("backup")
    finally:
        far.runtime.undo(planted.id)
    assert "written with another key" in told["error"], told


@pytest.mark.long
def test_a_server_there_that_is_gone_is_told_and_nothing_waits_for_it_at_home(far: Rig) -> None:
    home = far.runtime.home.replica(STORE, 0) / place.REPOSITORY / "archive"
    figure = "backups_held "

    def shown() -> bool:
        told = far.runtime.request("GET", far.daemon_name, place.HTTP, "/metrics").body
        return any(each.startswith(figure) for each in told.decode().splitlines())

    until = time.monotonic() + 120
    while not shown():  # its last look may be of the test before
        assert time.monotonic() < until
        time.sleep(1)
    far.runtime.stop(VAULT)
    try:
        for _ in range(3):  # the oldest is tried again and again; those behind it do not wait
            far.sql("INSERT INTO accounts VALUES (1)")  # else there is nothing to archive
            segment = far.sql("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 480
        while shown():
            assert time.monotonic() < until
            time.sleep(1)
        while not list(home.rglob(f"{segment}*")):
            assert time.monotonic() < until
            time.sleep(1)
        said = " ".join(far.runtime.logs(far.daemon_name, 5))
        assert "the repository cannot be read" in said or "took over" in said
    finally:
        far.runtime.start(VAULT)
    until = time.monotonic() + 300
    while not shown() or far.sql("SELECT last_archived_wal FROM pg_stat_archiver") < segment:
        assert time.monotonic() < until, far.runtime.logs(STORE, 10)
        time.sleep(1)


@pytest.mark.long
def test_it_is_brought_back_in_its_own_place_from_there(far: Rig) -> None:
    far.sql("CREATE TABLE dear (n integer)", "INSERT INTO dear VALUES (5)")
    moment = _moment(far)
    far.sql("DROP TABLE dear")

    far.run("restore", STORE, "--to", _written(moment), "--from", REGION, "--confirm", STORE)

    assert far.sql("SELECT n FROM dear") == "5"
    for one in (far, replace(far, region="")):
        # home takes its own when it sees that there is none; after one that failed, while its
        # repository was away for another test, five minutes later
        until = time.monotonic() + 330
        while not (held := [each for each in one.backed.told()["backups"] if not each["until"]]):
            assert time.monotonic() < until, one.runtime.logs(one.daemon_name, 20)
            time.sleep(0.5)
        assert held[0]["kind"] == "full"
