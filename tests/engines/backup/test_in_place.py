"""A real PostgreSQL is brought back in its own place, and back again; nothing that was is lost."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from rig import DAEMON, STORE, Rig, first_backup, rigged

from seatrial.capabilities.backup.place import REPOSITORY
from seatrial.contract.action import AlterFile

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-in-place")]
_CONFIRMED = ("--confirm", STORE)


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A store with a first backup, and a table of rows."""
    with rigged(tmp_path_factory.mktemp("placed")) as found:
        found.sql("CREATE TABLE accounts (balance integer)", "CREATE TABLE told (n integer)")
        yield first_backup(found)


def _moment(rig: Rig) -> str:
    seconds = float(rig.sql("SELECT extract(epoch FROM clock_timestamp())"))
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _rows(rig: Rig) -> list[int]:
    return [int(each) for each in rig.sql("SELECT n FROM told ORDER BY n").split()]


def _in_copy(rig: Rig, query: str) -> str:
    host, port = rig.backed.told()["address"].split(":")
    words = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    done = rig.runtime.execute(STORE, ("sh", "-c", words, host, port, query))
    assert done.status == 0, done.stderr
    return done.stdout.strip()


def _aside(said: str) -> str:
    return said.partition("what it had is the copy ")[2].split()[0]


def test_it_goes_back_and_nothing_that_it_had_is_lost(placed: Rig) -> None:
    placed.sql("INSERT INTO told VALUES (1)")
    before = _moment(placed)
    placed.sql("INSERT INTO told VALUES (2)")
    after = _moment(placed)
    placed.sql("INSERT INTO told VALUES (3)")

    said = placed.run("restore", STORE, "--to", before, *_CONFIRMED)

    aside = _aside(said)
    assert _rows(placed) == [1], said
    assert "ok   nobody owes" in said
    assert [each["name"] for each in placed.backed.told()["copies"]] == [aside]
    placed.sql("INSERT INTO told VALUES (4)")

    # what it had until then can be restored, as can what it has had since
    since = _moment(placed)
    for moment, rows in ((after, "1,2"), (since, "1,4")):
        placed.run("restore", STORE, "--to", moment, "--into", "looked")
        assert _in_copy(placed, "SELECT string_agg(n::text, ',' ORDER BY n) FROM told") == rows
        placed.run("restore", STORE, "--remove", "looked")

    # and back again: what it has had since becomes a copy in its turn
    said = placed.run("restore", STORE, "--take", aside, *_CONFIRMED)
    assert _rows(placed) == [1, 2, 3]
    assert [each["name"] for each in placed.backed.told()["copies"]] == [_aside(said)]
    placed.run("restore", STORE, "--remove", _aside(said))
    assert _archives(placed)


def _archives(rig: Rig) -> bool:
    """Whether what is written reaches the repository, of the history that goes on."""
    asked = "SELECT pg_walfile_name(pg_switch_wal())"
    rig.sql("INSERT INTO told VALUES (0)")
    segment = rig.sql(asked)
    rig.sql("DELETE FROM told WHERE n = 0")
    until = time.monotonic() + 60
    while segment > rig.sql("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"):
        assert time.monotonic() < until, rig.runtime.logs(STORE, 20)
        time.sleep(0.2)
    return True


def test_whoever_is_killed_meanwhile_goes_on(placed: Rig) -> None:
    rows = _rows(placed)
    placed.run("restore", STORE, "--to", _moment(placed), "--into", "yesterday")
    placed.sql("INSERT INTO told VALUES (9)")
    words = ("restore", STORE, "--take", "yesterday", *_CONFIRMED)
    said = placed.killed(*words, at="stop", by=signal.SIGINT)  # Ctrl-C
    assert "db has what it had, and the copy yesterday is about to take its place" in said
    assert "`seatrial restore db --take yesterday` goes on" in said
    assert "`seatrial restore db --leave` lets go of it" in said
    assert "interrupted" in said
    assert _rows(placed) == [*rows, 9], "it runs, with what it had"
    placed.killed(*words, at="stop")

    assert placed.backed.told()["taking"] == "yesterday"
    said = placed.run("backup", "now", STORE, code=2)
    assert "the copy yesterday is taking the place of db" in " ".join(said.split())
    said = placed.run("backup", code=1)
    assert "the copy yesterday is taking the place of db" in said
    said = placed.run(*words)
    assert _rows(placed) == rows
    assert placed.backed.told()["taking"] == ""
    said = " ".join(placed.run(*words, code=2).split())
    assert "no copy is called yesterday" in said, "it is one no more, and nothing is done again"
    (copy,) = placed.backed.told()["copies"]
    placed.run("restore", STORE, "--remove", copy["name"])


def test_after_the_exchange_the_same_order_goes_on_and_restores_nothing_anew(placed: Rig) -> None:
    moment = _moment(placed)
    rows = _rows(placed)
    placed.sql("INSERT INTO told VALUES (21)")
    words = ("restore", STORE, "--to", moment, *_CONFIRMED)
    placed.killed(*words, at="start")

    placed.runtime.start(STORE)  # as `seatrial up` does
    placed.sql("INSERT INTO told VALUES (22)")
    placed.run(*words)
    assert _rows(placed) == [*rows, 22], "what was written since is there"
    told = placed.backed.told()
    assert told["taking"] == ""
    (copy,) = told["copies"]
    placed.run("restore", STORE, "--remove", copy["name"])


def test_a_server_that_runs_keeps_its_data_and_the_take_is_left(placed: Rig) -> None:
    placed.run("restore", STORE, "--to", _moment(placed), "--into", "yesterday")
    rows = _rows(placed)
    placed.backed.take("yesterday")
    assert not placed.followed("take")["error"]
    placed.backed.exchange("yesterday")
    assert "a server still runs in" in placed.followed("exchange")["error"]
    assert "the copy yesterday is there" in placed.run("restore", STORE, "--leave")
    assert _rows(placed) == rows
    assert "no copy is taking the place" in placed.run("restore", STORE, "--leave", code=2)
    placed.run("restore", STORE, "--remove", "yesterday")


def test_what_cannot_be_is_refused_and_changes_nothing(placed: Rig) -> None:
    rows = _rows(placed)
    said = placed.run("restore", STORE, "--to", _moment(placed), "--confirm", "dp", code=2)
    assert "dp is not the name of the store, and nothing was changed" in " ".join(said.split())
    said = placed.run("restore", STORE, "--take", "nowhere", *_CONFIRMED, code=2)
    assert "no copy is called nowhere" in said
    assert _rows(placed) == rows
    assert placed.backed.told()["copies"] == []


def test_with_an_invariant_that_does_not_hold_the_store_goes_on(placed: Rig) -> None:
    placed.sql("INSERT INTO accounts VALUES (-1)")
    owed = _moment(placed)
    placed.sql("DELETE FROM accounts", "INSERT INTO told VALUES (11)")
    rows = _rows(placed)

    said = placed.run("restore", STORE, "--to", owed, *_CONFIRMED, code=1)

    assert "FAIL nobody owes" in said
    assert "db goes on as it is" in said
    assert _rows(placed) == rows
    (copy,) = placed.backed.told()["copies"]
    placed.run("restore", STORE, "--remove", copy["name"])


def test_a_history_that_ended_longer_ago_than_all_is_kept_is_deleted(placed: Rig) -> None:
    (plan,) = (
        file.text
        for each in placed.planned.workloads
        if each.name == placed.daemon_name
        for file in each.files
        if file.path == "plan.json"
    )
    short = re.sub(r'"keep": [0-9.]+', '"keep": 0', plan)
    planted = placed.runtime.inject(AlterFile(workload=DAEMON, path="plan.json", text=short))
    try:
        placed.runtime.stop(DAEMON)
        placed.runtime.start(DAEMON)
        assert "full" in placed.run("backup", "now", STORE, "--kind", "full")
        held = placed.backed.told()["backups"]
    finally:
        placed.runtime.undo(planted.id)
        placed.runtime.stop(DAEMON)
        placed.runtime.start(DAEMON)
    assert {each["until"] for each in held} == {None}
    folder = placed.runtime.home.replica(STORE, 0) / REPOSITORY
    own = {each["history"] for each in held}
    assert {each.name for each in (folder / "backup").iterdir()} == own
    assert {each.name for each in (folder / "archive").iterdir()} == own
    assert _archives(placed)
