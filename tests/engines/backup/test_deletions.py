"""What took rows away is found in a real server's log, and the moment before it is restored."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rig import DAEMON, STORE, Rig, first_backup, rigged

from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Expectation, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-deletions")]
_KINDS = ("dropped", "emptied", "rewritten", "deleted", "overwritten")
_LOOK = 60.0  # seconds in which the daemon has looked what tables are called


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A server with three tables, whose names have been looked up."""
    with rigged(tmp_path_factory.mktemp("deletions")) as found:
        found.sql(
            "CREATE TABLE accounts (balance integer)",
            "CREATE TABLE shop (id integer PRIMARY KEY, note text)",
            "INSERT INTO shop SELECT each, 'new' FROM generate_series(1, 1000) AS each",
            "CREATE TABLE orders AS SELECT generate_series(1, 300) AS id",
        )
        first_backup(found)
        until = time.monotonic() + _LOOK
        while "public.orders" not in _names(found):
            assert time.monotonic() < until, found.runtime.logs(DAEMON, 20)
            time.sleep(0.5)
        yield found


def _names(rig: Rig) -> str:
    file = rig.copies / ".tables.json"
    return file.read_text() if file.exists() else ""


def _found(rig: Rig, *more: str, code: int = 0) -> dict[str, Any]:
    said = rig.run("deletions", STORE, "--since", "10m", "--json", *more, code=code)
    return dict(json.loads(said[said.index("{") :]))


def test_each_that_took_rows_away_is_told_and_no_other(rig: Rig) -> None:
    rig.sql("DELETE FROM shop WHERE id <= 500")
    rig.sql("BEGIN", "SAVEPOINT one", "DELETE FROM shop WHERE id <= 600", "COMMIT")
    rig.sql("BEGIN", "DELETE FROM shop", "ROLLBACK")
    rig.sql("UPDATE shop SET note = 'old' WHERE id > 900")
    rig.sql("VACUUM FULL shop")
    rig.sql("REINDEX TABLE shop")
    rig.sql("CREATE TEMPORARY TABLE passing AS SELECT 1", "DROP TABLE passing")
    rig.sql("CREATE VIEW seen AS SELECT 1", "DROP VIEW seen")
    rig.sql("BEGIN", "CREATE TABLE stage (n int)", "TRUNCATE orders", "DROP TABLE stage", "COMMIT")
    rig.sql("DROP TABLE orders")
    told = [{key: each[key] for key in _KINDS if each[key]} for each in _found(rig)["transactions"]]
    assert told == [
        {"dropped": ["public.orders"]},
        {"emptied": ["public.orders"]},
        {"rewritten": ["public.shop"]},
        {"overwritten": {"public.shop": 100}},
        {"deleted": {"public.shop": 100}},
        {"deleted": {"public.shop": 500}},
    ]


def test_the_command_that_is_told_restores_the_moment_before(rig: Rig) -> None:
    found = next(each for each in _found(rig)["transactions"] if each["emptied"])
    said = rig.run("deletions", STORE, "--since", "10m")
    order = next(each for each in said.splitlines() if "emptied" in each)
    line = said.splitlines()[said.splitlines().index(order) + 1]
    moment = line.partition("--to '")[2].partition("'")[0]
    assert moment, said
    rig.run("restore", STORE, "--to", moment, "--into", "before")
    told = rig.backed.told()
    try:
        assert _copy(rig, "SELECT count(*) FROM orders") == "300"
        assert _copy(rig, "SELECT count(*) FROM shop") == "400"
        assert told["works"]["restore"]["about"]["target"] == pytest.approx(
            found["before"], abs=1e-6
        )
    finally:
        rig.run("restore", STORE, "--remove", "before")


def _copy(rig: Rig, query: str) -> str:
    words = ("psql", "--tuples-only", "--no-align", "--username=app", "--dbname=app")
    where = (f"--host={rig.copies / 'before'}", "--port=5432", f"--command={query}")
    password = (rig.runtime.home.replica(STORE, 0) / "password").read_text().strip()
    done = rig.runtime.execute(DAEMON, ("env", f"PGPASSWORD={password}", *words, *where))
    assert done.status == 0, done.stderr
    return done.stdout.strip()


def test_one_table_alone_can_be_asked_for_and_must_be_known(rig: Rig) -> None:
    found = _found(rig, "--table", "public.orders")["transactions"]
    assert [(each["dropped"], each["emptied"]) for each in found] == [
        (["public.orders"], []),
        ([], ["public.orders"]),
    ]
    said = rig.run("deletions", STORE, "--table", "shop", code=2)
    assert "nobody knows a table shop; write one of public.shop" in said


def test_a_segment_that_lacks_is_unknown_and_the_rest_is_told(rig: Rig) -> None:
    with _gone(sorted(_segments(rig))[-2]):
        found = _found(rig, code=3)
    assert found["lacking"] == 1
    assert found["segments"] > 1
    said = rig.run("deletions", STORE)
    assert "lack" not in said


def test_a_segment_that_rots_ends_it_with_its_name(rig: Rig) -> None:
    segment = sorted(_segments(rig))[-2]
    whole = segment.read_bytes()
    with _gone(segment):
        segment.write_bytes(whole[: len(whole) // 2])
        said = rig.run("deletions", STORE, code=3)
        segment.unlink()
    assert "the log cannot be read" in said
    assert list((rig.copies / ".search").iterdir()) == []


def _segments(rig: Rig) -> list[Path]:
    archive = rig.runtime.home.replica(STORE, 0) / "repository" / "archive"
    return list(archive.glob("main/*/*/*.zst"))


@contextmanager
def _gone(segment: Path) -> Iterator[None]:
    aside = segment.with_name(f"aside.{segment.name}")  # what ends otherwise is one all the same
    segment.rename(aside)
    try:
        yield
    finally:
        aside.rename(segment)


def test_a_search_that_was_killed_leaves_nothing(rig: Rig) -> None:
    folder = rig.copies / ".search"
    rig.killed("deletions", STORE, at="list")
    rig.followed("search")
    folder.mkdir(exist_ok=True)  # as a daemon that is killed in the middle leaves it
    (folder / "0").write_bytes(b"0")
    owner = rig.copies.stat().st_uid
    for each in (folder, folder / "0"):
        os.chown(each, owner, owner)
    os.kill(rig.daemon(), signal.SIGKILL)
    until = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < until
        time.sleep(0.2)


def _expectation(rig: Rig) -> Expectation:
    every = rig.planned.expectations(rig.planned.scenarios())
    return next(each for each in every if each.name == f"undone/deletion-{STORE}")


def _judged(rig: Rig) -> Judgement:
    """The drill, begun and undone as `prove` does it."""
    one = _expectation(rig)
    found = next(each for each in rig.planned.scenarios() if each.name == one.scenario)
    began, planted = time.time(), []
    try:
        planted += [rig.runtime.inject(each) for each in found.injections[0].actions]
        rig.followed("drill")
        told = rig.runtime.request("GET", DAEMON, "http", "/works/drill").body
    finally:
        for each in reversed(planted):
            rig.runtime.undo(each.id)
    inject = Observation(at=began, source="drill", kind="step", subject="inject")
    work = json.loads(told)
    text = json.dumps(summary(work))
    seen = Observation(at=work["began"], source="x", kind=RESTORED, subject=STORE, text=text)
    return one.judge(Timeline().adding((inject, seen)), work["ended"], True)  # noqa: FBT003 - Judge


def test_a_table_that_is_dropped_under_load_is_found_and_brought_back(rig: Rig) -> None:
    told = _judged(rig)
    assert told.state is State.MET, told.reason


def test_its_control_turns_red(rig: Rig) -> None:
    planted = [rig.runtime.inject(each) for each in _expectation(rig).control.actions]
    try:
        told = _judged(rig)
    finally:
        for each in planted:
            rig.runtime.undo(each.id)
    assert told.state is State.BROKEN, told.reason
    assert "did not reach the repository" in told.reason
