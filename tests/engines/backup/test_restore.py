"""A real PostgreSQL is backed up and restored: exactly, refused where it must be, red when broken.

Each drill writes, archives, restores and replays; what is judged is what the capability judges.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from rig import DAEMON, STORE, Rig

from seatrial.app.unclear import Unclear
from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]


def _expectations(rig: Rig) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    return {
        each.name.partition("/")[0]: each for each in found if each.scenario == f"restore-{STORE}"
    }


def _drilled(rig: Rig) -> dict[str, Any]:
    answer = rig.order("POST", "/drills")
    assert answer.status == 202, answer.body
    rig.followed("drill")
    told = rig.runtime.request("GET", DAEMON, "http", "/works/drill").body
    return dict(json.loads(told))


def _judged(one: Expectation, work: dict[str, Any]) -> Judgement:
    began = Observation(at=work["began"] - 1, source="drill", kind="step", subject="inject")
    seen = Observation(
        at=work["began"], source="x", kind=RESTORED, subject=STORE, text=json.dumps(summary(work))
    )
    return one.judge(Timeline().adding((began, seen)), work["ended"], True)  # noqa: FBT003 - Judge


def test_a_restore_to_a_random_moment_stops_exactly_there(rig: Rig) -> None:
    work = _drilled(rig)
    for one in _expectations(rig).values():
        told = _judged(one, work)
        assert told.state is State.MET, told.reason
    assert rig.backed.told()["copies"] == [], "a drill leaves no copy"


@pytest.mark.parametrize("name", ["exact", "archived", "whole"])
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


def test_a_deleted_table_is_brought_back_beside_the_server(rig: Rig) -> None:
    rig.sql(
        "CREATE TABLE precious (n integer)", "INSERT INTO precious SELECT generate_series(1, 7)"
    )
    moment = float(rig.sql("SELECT extract(epoch FROM clock_timestamp())"))
    rig.sql("DROP TABLE precious")

    preview = rig.backed.preview(moment)
    assert preview["free"] > preview["size"] > 0
    rig.backed.restore(moment, "yesterday")
    work = rig.followed("restore")

    assert not work["error"]
    told = rig.backed.told()
    assert [(each["name"], each["running"]) for each in told["copies"]] == [("yesterday", True)]
    host, port = told["address"].split(":")
    query = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    words = ("sh", "-c", query, host, port, "SELECT count(*) FROM precious")
    asked = rig.runtime.execute(STORE, words)
    assert (asked.status, asked.stdout) == (0, "7\n"), asked.stderr
    assert rig.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'precious'") == "0"

    with pytest.raises(Unclear, match="the copy yesterday runs"):
        rig.backed.restore(moment, "another")
    rig.backed.remove("yesterday")
    rig.followed("removal")
    assert rig.backed.told()["copies"] == []
    with pytest.raises(Unclear, match="no copy yesterday"):
        rig.backed.remove("yesterday")


@pytest.mark.parametrize("shown", ["", "a-token-of-somebody-else"])
def test_an_order_without_the_token_changes_nothing(rig: Rig, shown: str) -> None:
    before = rig.backed.told()
    for method, path in (
        ("POST", "/backups"),
        ("POST", "/restores"),
        ("DELETE", "/copies/yesterday"),
        ("POST", "/drills"),
        ("DELETE", "/drills"),
    ):
        answer = rig.order(method, path, shown)
        assert answer.status == 401, (method, path, answer.body)
    after = rig.backed.told()
    assert (after["backups"], after["works"]) == (before["backups"], before["works"])
    file = rig.runtime.home.replica(DAEMON, 0) / "orders"
    assert file.stat().st_mode & 0o077 == 0


def test_the_drill_is_begun_and_undone_as_prove_does_it(rig: Rig) -> None:
    found = next(each for each in rig.planned.scenarios() if each.name == f"restore-{STORE}")
    (begin,) = found.injections[0].actions
    injected = rig.runtime.inject(begin)
    rig.runtime.undo(injected.id)
    assert "broken off" in rig.followed("drill")["error"]
    rig.followed("removal")


def test_a_drill_is_broken_off_and_leaves_nothing(rig: Rig) -> None:
    assert rig.order("POST", "/drills").status == 202
    with pytest.raises(Unclear, match="a drill is being done"):
        rig.backed.begin("incremental")
    assert rig.order("DELETE", "/drills").status == 202
    assert not rig.followed("removal")["error"]
    assert "broken off" in rig.followed("drill")["error"]
    assert not list(rig.copies.glob("drill*"))
    assert rig.order("DELETE", "/drills").status == 404
    rig.backed.begin("incremental")
    assert not rig.followed("backup")["error"]


def test_a_restore_goes_on_after_its_daemon_was_killed(rig: Rig) -> None:
    rig.sql(
        "CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 20) t FROM generate_series(1,300000) n"
    )
    rig.backed.begin("full")
    rig.followed("backup")
    moment = float(rig.sql("SELECT extract(epoch FROM clock_timestamp())"))
    rig.backed.restore(moment, "killed")
    until = time.monotonic() + 60
    while not any((rig.copies / "killed").glob("base/*/*")):
        assert time.monotonic() < until
        time.sleep(0.01)
    os.kill(rig.daemon(), signal.SIGKILL)
    assert "started anew" in rig.followed("restore")["error"]

    assert rig.backed.preview(moment, "killed")["needed"] < rig.backed.preview(moment)["needed"]
    rig.backed.restore(moment, "killed")
    work = rig.followed("restore")
    assert not work["error"]
    assert work["result"]["invariants"]["nobody owes"] == "t"
    host, port = rig.backed.told()["address"].split(":")
    query = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    sums = "SELECT count(*), sum(length(t)) FROM wide"
    asked = rig.runtime.execute(STORE, ("sh", "-c", query, host, port, sums))
    assert asked.stdout == "300000|192000000\n", asked.stderr
    rig.backed.remove("killed")
    assert not rig.followed("removal")["error"]
    rig.sql("DROP TABLE wide")


def test_what_cannot_be_reached_is_refused_before_anything_begins(rig: Rig) -> None:
    first = rig.backed.told()["backups"][0]
    with pytest.raises(Unclear, match="before the first moment that a backup reaches"):
        rig.backed.preview(first["began"])
    with pytest.raises(Unclear, match="in the future"):
        rig.backed.preview(time.time() + 60)
    with pytest.raises(Unclear, match="names no copy"):
        rig.backed.restore(time.time(), "../data")
    assert rig.backed.told()["copies"] == []


def test_the_commands_say_what_they_would_do_and_do_it(rig: Rig) -> None:
    assert "incremental" in rig.run("backup", "now", STORE)
    listed = rig.run("backup")
    assert "full" in listed
    assert "incremental" in listed

    moment = datetime.now(UTC).isoformat(timespec="seconds")
    would = rig.run("restore", STORE, "--to", moment, "--into", "seen", "--dry-run")
    assert "into the copy seen; db goes on as it is" in would
    assert rig.backed.told()["copies"] == [], "a dry run does nothing"

    said = rig.run("restore", STORE, "--to", moment, "--into", "seen")
    assert "from " in said.partition("restored in")[0], "the plan comes first"
    assert "ok   nobody owes" in said
    again = rig.run("restore", STORE, "--to", moment, "--into", "seen")
    assert "is the copy seen already" in again  # whoever was broken off reads here what came of it
    assert "ok   nobody owes" in again
    assert re.search(r"seen +db +whole +/", rig.run("backup")), "what lies there is seen"
    rig.run("restore", STORE, "--remove", "seen")
    assert rig.backed.told()["copies"] == []


def test_without_its_password_file_the_daemon_says_so_and_lives(rig: Rig) -> None:
    folder = rig.runtime.home.replica(STORE, 0)
    (folder / "password").rename(folder / "elsewhere")
    try:
        rig.backed.begin("incremental")
        assert "the password cannot be read" in rig.followed("backup")["error"]
    finally:
        (folder / "elsewhere").rename(folder / "password")
    rig.backed.begin("incremental")
    assert not rig.followed("backup")["error"]
