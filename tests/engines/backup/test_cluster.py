"""A real cluster is backed up by whichever member is the primary, and restored across a failover.

Members are killed as a drill kills them; what is judged is what the capability judges.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from members import (
    FILE,
    MEMBERS,
    copied,
    drilled,
    expectations,
    judged,
    leads,
    lost,
    now,
    sql,
    until,
    whole,
)
from rig import STORE, Rig, first_backup, rigged

from seatrial.contract.scenario import State

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-cluster")]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Two members, and their first backup."""
    with rigged(tmp_path_factory.mktemp("cluster"), FILE) as found:
        sql(found, "CREATE TABLE accounts (balance integer)", on=whole(found))
        yield first_backup(found)


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


def test_what_lies_beside_the_members_is_read_and_is_of_this_very_server(cluster: Rig) -> None:
    assert "0 damaged" in cluster.run("backup", "verify", STORE)
    moment = datetime.now(UTC).isoformat()
    cluster.run("restore", STORE, "--to", moment, "--into", "seen", "--dry-run")


@pytest.mark.parametrize(
    "name", ["exact", pytest.param("archived", marks=pytest.mark.long), "whole"]
)
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
