"""A real cluster is backed up by whichever member is the primary, and restored across a failover.

Members are killed as a drill kills them; what is judged is what the capability judges.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from rig import FILE as PLAIN
from rig import STORE, Rig, first_backup, rigged

from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.action import Kill
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.scenario import Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni.config import REST
from seatrial.engines.postgres.sql import command

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-cluster")]
MEMBERS, DAEMON = f"{STORE}-members", f"{STORE}-backups"
FILE = PLAIN.replace("backup: {", "failover: {}\n    backup: {").replace("R20]", "R20, R21]")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Two members, and their first backup."""
    with rigged(tmp_path_factory.mktemp("cluster"), FILE) as found:
        sql(found, "CREATE TABLE accounts (balance integer)", on=whole(found))
        yield first_backup(found)


def until(rig: Rig, what: Callable[[], bool], within: float = 150.0) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, rig.runtime.logs(MEMBERS, 20)
        time.sleep(0.3)


def sql(rig: Rig, *statements: str, on: int) -> str:
    """What a member answers; nothing where it does not."""
    words = (*command(*statements), "--tuples-only", "--no-align")
    return rig.runtime.execute(MEMBERS, words, replica=on).stdout.strip()


def leads(rig: Rig, replica: int) -> bool:
    return sql(rig, "SELECT pg_is_in_recovery()", on=replica) == "f"


def may(rig: Rig, replica: int) -> bool:
    """Whether it may take over; the primary's server says "sync" before the cluster agrees."""
    with suppress(RuntimeFailure):
        return rig.runtime.request("GET", MEMBERS, REST, "/sync", replica=replica).status == 200
    return False


def whole(rig: Rig) -> int:
    """The primary, once the other one has each acknowledged write."""
    until(rig, lambda: any(leads(rig, each) and may(rig, 1 - each) for each in (0, 1)))
    return 0 if leads(rig, 0) else 1


@contextmanager
def lost(rig: Rig, replica: int) -> Iterator[int]:
    """That member is gone with its machine; gives who has taken over."""
    injected = rig.runtime.inject(Kill(workload=MEMBERS, replica=replica))
    try:
        until(rig, lambda: leads(rig, 1 - replica))
        yield 1 - replica
    finally:
        rig.runtime.undo(injected.id)
        whole(rig)


def now(rig: Rig, on: int) -> float:
    return float(sql(rig, "SELECT extract(epoch FROM clock_timestamp())", on=on))


def copied(rig: Rig, moment: float, query: str) -> str:
    """What a copy of that moment answers; nothing is left of it."""
    rig.backed.restore(moment, "copied")
    work = rig.followed("restore")
    assert not work["error"], work
    assert work["result"]["invariants"]["nobody owes"] == "t"
    host, port = rig.backed.told()["address"].split(":")
    asks = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    told = rig.runtime.execute(DAEMON, ("sh", "-c", asks, host, port, query))
    rig.backed.remove("copied")
    assert not rig.followed("removal")["error"]
    return told.stdout.strip()


def expectations(rig: Rig, scenario: str) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    return {each.name.partition("/")[0]: each for each in found if each.scenario == scenario}


def drilled(rig: Rig) -> dict[str, Any]:
    """How the drill that was begun has ended."""
    rig.followed("drill")
    return dict(json.loads(rig.runtime.request("GET", DAEMON, "http", "/works/drill").body))


def judged(one: Expectation, told: dict[str, Any]) -> Judgement:
    began = Observation(at=told["began"] - 1, source="drill", kind="step", subject="inject")
    text = json.dumps(summary(told))
    seen = Observation(at=told["began"], source="x", kind=RESTORED, subject=STORE, text=text)
    return one.judge(Timeline().adding((began, seen)), told["ended"], True)  # noqa: FBT003 - Judge


def crossed(rig: Rig) -> dict[str, Any]:
    """The drill across a failover, begun and undone as `prove` does it."""
    leader = whole(rig)
    found = next(each for each in rig.planned.scenarios() if each.name == f"restore-across-{STORE}")
    planted = [rig.runtime.inject(each) for each in found.injections[0].actions]
    try:
        told = drilled(rig)
        assert leads(rig, 1 - leader)
    finally:
        for each in reversed(planted):
            rig.runtime.undo(each.id)
        whole(rig)
    return told


def test_a_restore_to_a_random_moment_stops_exactly_there(cluster: Rig) -> None:
    assert cluster.order("POST", "/drills").status == 202
    work = drilled(cluster)
    found = expectations(cluster, f"restore-{STORE}")
    assert found.keys() == {"exact", "archived", "whole"}
    for one in found.values():
        told = judged(one, work)
        assert told.state is State.MET, told.reason


@pytest.mark.parametrize("name", ["exact", "archived", "whole"])
def test_each_control_turns_red_and_is_undone(cluster: Rig, name: str) -> None:
    one = expectations(cluster, f"restore-{STORE}")[name]
    planted = [cluster.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        assert cluster.order("POST", "/drills").status == 202
        work = drilled(cluster)
    finally:
        for each in planted:
            cluster.runtime.undo(each.id)
    told = judged(one, work)
    assert told.state is State.BROKEN, told.reason


def test_moments_before_in_and_after_a_failover_are_restored(cluster: Rig) -> None:
    (one,) = expectations(cluster, f"restore-across-{STORE}").values()
    told = judged(one, crossed(cluster))
    assert told.state is State.MET, told.reason
    assert cluster.backed.told()["copies"] == [], "a drill leaves no copy"


def test_an_archive_that_stops_with_the_failover_is_red(cluster: Rig) -> None:
    (one,) = expectations(cluster, f"restore-across-{STORE}").values()
    planted = [cluster.runtime.inject(each) for each in one.control.actions]
    try:
        time.sleep(one.control.settle)
        work = crossed(cluster)
    finally:
        for each in planted:
            cluster.runtime.undo(each.id)
    told = judged(one, work)
    assert told.state is State.BROKEN, told.reason


def test_what_the_lost_primary_had_not_archived_its_successor_archives(cluster: Rig) -> None:
    leader = whole(cluster)
    file = cluster.runtime.home.replica(MEMBERS, leader) / "pgbackrest.conf"
    config = file.read_text()
    sql(cluster, "CREATE TABLE late (n integer)", on=leader)
    file.write_text(config.replace("repo1-host-port=", "repo1-host-port=1"))  # this one alone
    try:
        for _ in range(3):  # whole segments that never leave it
            more = "INSERT INTO late SELECT count(*) FROM late"
            sql(cluster, more, "SELECT pg_switch_wal()", on=leader)
        with lost(cluster, leader) as other:
            sql(cluster, "INSERT INTO late VALUES (3)", on=other)
            moment = now(cluster, other)
            sql(cluster, "INSERT INTO late VALUES (4)", on=other)
            assert copied(cluster, moment, "SELECT count(*) FROM late") == "4"
            file.write_text(config)  # who comes back reads the archive
    finally:
        file.write_text(config)


def test_a_restore_goes_on_after_its_daemon_was_killed(cluster: Rig) -> None:
    leader = whole(cluster)
    moment = now(cluster, leader)
    cluster.backed.restore(moment, "killed")
    until(cluster, lambda: any((cluster.copies / "killed").glob("base/*/*")))
    os.kill(cluster.daemon(), signal.SIGKILL)
    assert "started anew" in cluster.followed("restore")["error"]
    cluster.backed.restore(moment, "killed")
    assert not cluster.followed("restore")["error"]
    cluster.backed.remove("killed")
    assert not cluster.followed("removal")["error"]


def test_nothing_is_restored_in_place_of_a_cluster(cluster: Rig) -> None:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    said = cluster.run("restore", STORE, "--to", moment, code=2)
    assert "has several members, and a copy cannot take the place of all of them" in said
    assert "write --into with a name for the copy, and bring over" in said
    assert cluster.backed.told()["copies"] == []
