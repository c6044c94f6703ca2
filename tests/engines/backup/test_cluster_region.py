"""A real cluster is backed up into another region, too, and home never waits for that.

The server there is stopped, a primary is lost with its machine meanwhile, and what was acknowledged
is brought back from home; later home's repository is gone, and all is brought back from there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from members import FILE as WITHIN
from members import MEMBERS, copied, drilled, expectations, judged, lost, now, sql, until, whole
from rig import STORE, Rig, first_backup, rigged

from seatrial.capabilities.backup import place
from seatrial.contract.scenario import State
from seatrial.engines.versitygw import workload

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-cluster-region")]
REGION, REPOSITORY = "us", f"{STORE}-repository"
VAULT, FAR = place.vault(STORE, REGION), f"restore-{STORE}-from-{REGION}"
FILE = WITHIN.replace("{keep: 14d}", "{keep: 14d, also_in: us}").replace(
    "promises: [R18,", "regions: {eu: {home: true}, us: {}}\npromises: [R01, R18,"
)
CLOSED = "SELECT pg_walfile_name(pg_switch_wal())"
ARCHIVED = "SELECT last_archived_wal FROM pg_stat_archiver"


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Two members with their first backup in both places, seen from the other region."""
    with rigged(tmp_path_factory.mktemp("far"), FILE) as found:
        sql(found, "CREATE TABLE accounts (balance integer)", on=whole(found))
        first_backup(found)
        yield first_backup(replace(found, region=REGION))


def home(rig: Rig) -> Rig:
    return replace(rig, region="")


def kept(rig: Rig) -> Path:
    return rig.runtime.home.replica(REPOSITORY, 0) / place.REPOSITORY


def objects(rig: Rig) -> Path:
    return rig.runtime.home.replica(VAULT, 0) / workload.OBJECTS / workload.BUCKET / STORE


def has(folder: Path, *segments: str) -> bool:
    return all(list(folder.rglob(f"{each}-*")) for each in segments)


def ordered(rig: Rig) -> dict[str, Any]:
    """How a drill of that daemon ends."""
    answer = rig.order("POST", "/drills")
    assert answer.status == 202, answer.body
    return drilled(rig)


def test_at_the_start_neither_daemon_stands_in_the_others_way(far: Rig) -> None:
    for rig in (far, home(far)):
        said = [json.loads(each) for each in rig.runtime.logs(rig.daemon_name, 50)]
        failed = [each for each in said if each["level"] == "error" and each["event"] == "backup"]
        assert not failed


def test_a_restore_from_there_stops_exactly_at_its_moment(far: Rig) -> None:
    work = ordered(far)
    found = expectations(far, FAR)
    assert set(found) == {"exact", "archived"}
    for one in found.values():
        told = judged(one, work)
        assert told.state is State.MET, told.reason


def test_what_does_not_get_there_is_red(far: Rig) -> None:
    one = expectations(far, FAR)["archived"]
    planted = [far.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        work = ordered(far)
    finally:
        for each in planted:
            far.runtime.undo(each.id)
    told = judged(one, work)
    assert told.state is State.BROKEN, told.reason


def test_nothing_that_lies_there_can_be_read_there(far: Rig) -> None:
    found = [each for each in objects(far).rglob("*") if each.is_file()]
    assert len(found) > 10
    for each in found:
        assert each.read_bytes().startswith(b"Salted__"), each


def test_a_primary_that_is_lost_while_the_server_there_is_away_leaves_home_all(far: Rig) -> None:
    leader = whole(far)
    closed = sql(far, CLOSED, on=leader)
    until(far, lambda: sql(far, ARCHIVED, on=leader) >= closed)  # nothing waits from before
    far.runtime.stop(VAULT)
    try:
        sql(far, "CREATE TABLE dear (n integer)", on=leader)
        for _ in range(3):  # whole segments, of which the first one waits for the server there
            sql(far, "INSERT INTO dear SELECT count(*) FROM dear", on=leader)
            before = sql(far, CLOSED, on=leader)
        sql(far, "INSERT INTO dear VALUES (3)", on=leader)  # and one that is open
        with lost(far, leader) as other:
            sql(far, "INSERT INTO dear VALUES (4)", on=other)
            moment = now(far, other)
            sql(far, "INSERT INTO dear VALUES (5)", on=other)
            after = sql(far, CLOSED, on=other)
            until(far, lambda: has(kept(far), before, after), within=240)
            assert not has(objects(far), before)
            assert copied(home(far), moment, "SELECT count(*) FROM dear") == "5"
        # who was the primary is back behind the new one, though the server is still away
    finally:
        far.runtime.start(VAULT)
    until(far, lambda: has(objects(far), before, after), within=240)
    until(far, lambda: sql(far, ARCHIVED, on=other) >= after)


def test_all_of_it_is_brought_back_from_there_while_home_is_gone(far: Rig) -> None:
    leader = whole(far)
    sql(far, "CREATE TABLE precious (n integer)", "INSERT INTO precious VALUES (7)", on=leader)
    moment = now(far, leader)
    sql(far, "DROP TABLE precious", on=leader)
    segment = sql(far, CLOSED, on=leader)
    until(far, lambda: has(objects(far), segment))
    gone = (MEMBERS, f"{STORE}-pgbackrest", REPOSITORY)
    for each in gone:
        far.runtime.stop(each)
    away = kept(far).rename(kept(far).with_name("gone"))
    try:
        to = datetime.fromtimestamp(moment, UTC).isoformat()
        said = far.run("restore", STORE, "--to", to, "--into", "recovered", "--from", REGION)
        assert "in us" in said
        host, port = far.backed.told()["address"].split(":")
        asks = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
        query = "SELECT n FROM precious UNION ALL SELECT count(*) FROM dear"
        asked = far.runtime.execute(far.daemon_name, ("sh", "-c", asks, host, port, query))
        assert (asked.status, sorted(asked.stdout.split())) == (0, ["6", "7"]), asked.stderr
        far.run("restore", STORE, "--from", REGION, "--remove", "recovered")
    finally:
        away.rename(kept(far))
        for each in reversed(gone):
            far.runtime.start(each)
