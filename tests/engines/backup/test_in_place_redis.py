"""A real Redis is brought back in its own place, and back again; nothing that it had is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from rig import QUEUE, REDIS_FILE, Rig, first_backup, rigged

from seatrial.app.taking import settled
from seatrial.contract.scenario import Control, Expectation, Scenario, State
from seatrial.drills import run as drills
from seatrial.drills.run import Drill

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-in-place-redis")]
STORE = QUEUE
NAME = f"restore-in-place-{STORE}"
_CONFIRMED = ("--confirm", STORE)


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A durable Redis with a password and its first snapshot."""
    with rigged(tmp_path_factory.mktemp("placed"), REDIS_FILE, STORE) as found:
        yield first_backup(found)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _snapped(rig: Rig) -> str:
    """A moment that has a snapshot of all that is there now."""
    rig.run("backup", "now", rig.store)
    return _moment()


def _told(rig: Rig) -> list[str]:
    return rig.redis("LRANGE", "told", "0", "-1").split()


def _in_copy(rig: Rig) -> list[str]:
    """What the copy that runs has."""
    host, port = rig.backed.told()["address"].split(":")
    query = (
        'while read -r key value; do [ "$key" = requirepass ] && REDISCLI_AUTH="$value"; done'
        ' < redis.conf; export REDISCLI_AUTH; exec redis-cli -h "$0" -p "$@"'
    )
    words = ("sh", "-c", query, host, port, "LRANGE", "told", "0", "-1")
    return rig.runtime.execute(rig.store, words).stdout.split()


def _aside(said: str) -> str:
    return said.partition("what it had is the copy ")[2].split()[0]


def _copies(rig: Rig) -> list[str]:
    return [each["name"] for each in rig.backed.told()["copies"]]


def _server(rig: Rig) -> int:
    """The process of the store itself."""
    data = rig.runtime.home.replica(STORE, 0) / "data"
    (pid,) = (
        each.pid
        for each in psutil.process_iter(["name"])
        if each.info["name"] == "redis-server" and Path(each.cwd()) == data
    )
    return pid


def _restarted(rig: Rig) -> None:
    """What the server has is what it begins with."""
    rig.runtime.stop(STORE)
    rig.runtime.start(STORE)


def test_it_goes_back_and_nothing_that_it_had_is_lost(placed: Rig) -> None:
    placed.redis("RPUSH", "told", "1")
    placed.redis("SET", "short", "lived", "PX", "3600000")
    before = _snapped(placed)
    placed.redis("RPUSH", "told", "2")
    after = _snapped(placed)
    placed.redis("RPUSH", "told", "3")  # in no snapshot

    said = placed.run("restore", STORE, "--to", before, *_CONFIRMED)

    aside = _aside(said)
    assert _told(placed) == ["1"], said
    assert "ok   nobody owes" in said
    assert 3_000_000 < int(placed.redis("PTTL", "short")) < 3_600_000
    assert _copies(placed) == [aside]
    assert placed.redis("CONFIG", "GET", "appendonly").split() == ["appendonly", "yes"]
    placed.redis("RPUSH", "told", "4")
    _restarted(placed)
    assert _told(placed) == ["1", "4"], "it begins with what it had, and not with a snapshot"

    # a moment before means what it had then, also what the restore has undone; one since, as since
    since = _snapped(placed)
    for moment, rows in ((after, ["1", "2"]), (since, ["1", "4"])):
        placed.run("restore", STORE, "--to", moment, "--into", "looked")
        assert _in_copy(placed) == rows
        placed.run("restore", STORE, "--remove", "looked")

    # and back again, with what no snapshot held
    said = placed.run("restore", STORE, "--take", aside, *_CONFIRMED)
    assert _told(placed) == ["1", "2", "3"]
    _restarted(placed)
    assert _told(placed) == ["1", "2", "3"]
    assert _copies(placed) == [_aside(said)]
    placed.run("restore", STORE, "--remove", _aside(said))


def test_a_moment_between_the_exchange_and_the_next_snapshot_is_refused(placed: Rig) -> None:
    moment = _snapped(placed)
    placed.run("restore", STORE, "--to", moment, "--into", "yesterday")
    placed.backed.take("yesterday")
    assert not placed.followed("take")["error"]
    between = datetime.now(UTC).timestamp()
    placed.runtime.stop(STORE)
    placed.backed.exchange("yesterday")
    assert not placed.followed("exchange")["error"]
    placed.runtime.start(STORE)
    settled(placed.backed, lambda _: None, time.sleep)  # unless a snapshot that was due did it
    told = placed.backed.told()["backups"]
    assert {each["until"] is None for each in told} == {True, False}
    said = placed.run(
        *("restore", STORE, "--into", "looked", "--dry-run", "--to"),
        datetime.fromtimestamp(between + 0.5, UTC).isoformat(),
        code=2,
    )
    assert "was restored in place at" in " ".join(said.split())
    placed.run("restore", STORE, "--remove", *_copies(placed))


@pytest.mark.parametrize(
    "at", ["append", *(pytest.param(each, marks=pytest.mark.long) for each in ("stop", "start"))]
)
def test_whoever_is_killed_meanwhile_goes_on(placed: Rig, at: str) -> None:
    rows = _told(placed)
    placed.run("restore", STORE, "--to", _snapped(placed), "--into", "yesterday")
    placed.redis("RPUSH", "told", "9")
    words = ("restore", STORE, "--take", "yesterday", *_CONFIRMED)
    placed.killed(*words, at=at)

    said = placed.run(*words)
    assert _told(placed) == rows
    assert placed.backed.told()["taking"] == ""
    assert _copies(placed) == [_aside(said)]
    placed.run("restore", STORE, "--take", _aside(said), *_CONFIRMED)
    assert _told(placed) == [*rows, "9"]
    placed.redis("RPOP", "told")
    placed.run("restore", STORE, "--remove", *_copies(placed))


def test_the_daemon_that_is_killed_while_it_writes_the_copy_down_begins_again(placed: Rig) -> None:
    rows = _told(placed)
    placed.run("restore", STORE, "--to", _snapped(placed), "--into", "yesterday")
    placed.backed.take("yesterday")
    until = time.monotonic() + 60
    while not list(placed.copies.glob("yesterday/appendonly*")):
        assert time.monotonic() < until
        time.sleep(0.002)
    os.kill(placed.daemon(), signal.SIGKILL)
    assert "started anew" in placed.followed("take")["error"]
    assert not placed.backed.told()["taken"]
    said = placed.run("restore", STORE, "--take", "yesterday", *_CONFIRMED)
    assert _told(placed) == rows
    placed.run("restore", STORE, "--remove", _aside(said))


def test_the_server_that_is_killed_has_all_when_it_takes_its_place_again(placed: Rig) -> None:
    rows = _told(placed)
    placed.run("restore", STORE, "--to", _snapped(placed), "--into", "yesterday")
    placed.redis("RPUSH", "told", "7")
    os.kill(_server(placed), signal.SIGKILL)
    said = placed.run("restore", STORE, "--take", "yesterday", *_CONFIRMED)
    assert _told(placed) == rows
    os.kill(_server(placed), signal.SIGKILL)
    said = placed.run("restore", STORE, "--take", _aside(said), *_CONFIRMED)
    assert _told(placed) == [*rows, "7"]
    placed.redis("RPOP", "told")
    placed.run("restore", STORE, "--remove", _aside(said))


def test_a_server_that_runs_keeps_its_data_and_the_take_is_left(placed: Rig) -> None:
    rows = _told(placed)
    placed.run("restore", STORE, "--to", _snapped(placed), "--into", "yesterday")
    placed.backed.take("yesterday")
    assert not placed.followed("take")["error"]
    placed.backed.exchange("yesterday")
    assert "a server still runs in" in placed.followed("exchange")["error"]
    said = " ".join(placed.run("backup", "now", STORE, code=2).split())
    assert "the copy yesterday is taking the place of queue" in said
    assert "the copy yesterday is there" in placed.run("restore", STORE, "--leave")
    assert _told(placed) == rows
    placed.run("restore", STORE, "--remove", "yesterday")


def test_with_an_invariant_that_does_not_hold_the_store_goes_on(placed: Rig) -> None:
    placed.redis("SET", "debts", "1")
    owed = _snapped(placed)
    placed.redis("DEL", "debts")
    rows = _told(placed)
    said = placed.run("restore", STORE, "--to", owed, *_CONFIRMED, code=1)
    assert "FAIL nobody owes" in said
    assert "queue goes on as it is" in said
    assert _told(placed) == rows
    placed.run("restore", STORE, "--remove", *_copies(placed))


# -- the drill -----------------------------------------------------------------------------------


def _proof(rig: Rig) -> tuple[Scenario, tuple[Expectation, ...]]:
    scenarios = rig.planned.scenarios()
    (scenario,) = [each for each in scenarios if each.name == NAME]
    found = rig.planned.expectations(scenarios)
    return scenario, tuple(each for each in found if each.scenario == NAME)


def _drilled(rig: Rig, wanted: tuple[Expectation, ...], control: Control | None = None) -> Drill:
    return drills.run(
        _proof(rig)[0],
        wanted,
        rig.runtime,
        clock=time.time,
        sleep=time.sleep,
        control=control,
    )


def test_a_drill_goes_there_and_back(placed: Rig) -> None:
    rows = _told(placed)
    drill = _drilled(placed, _proof(placed)[1])
    found = {each.expectation.name: each.judgement for each in drill.outcomes}
    assert {each.partition("/")[0] for each in found} == {"replaced", "returned"}
    for each in found.values():
        assert each.state is State.MET, each.reason
    assert not drill.stuck
    assert (_told(placed), _copies(placed)) == (rows, [])


@pytest.mark.parametrize("kind", ["replaced", pytest.param("returned", marks=pytest.mark.long)])
def test_a_page_that_leads_elsewhere_is_red_and_all_is_taken_back(placed: Rig, kind: str) -> None:
    rows = _told(placed)
    (one,) = [each for each in _proof(placed)[1] if each.name.startswith(kind)]
    drill = _drilled(placed, (one,), one.control)
    (outcome,) = drill.outcomes
    assert outcome.judgement.state is State.BROKEN, outcome.judgement.reason
    assert not drill.stuck
    assert (_told(placed), _copies(placed)) == (rows, [])
