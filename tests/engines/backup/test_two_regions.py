"""A store with members in two regions is backed up in both, and the loss of one stops nothing.

All that stands at home is killed, backups and all; the other region takes the writes, backs them
up, and brings back what was there before, while home is away. Then home comes back, and has all.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live, whole

from seatrial.app.backup import Backed
from seatrial.contract.action import Kill
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.postgres.sql import command
from seatrial.runtimes.local import LocalRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-two-regions")]
_MEMBERS = "database-members"
_HOME = (
    *("database-backups", "database-repository", "database-pgbackrest", "ledger"),
    *(_MEMBERS, *(f"database-etcd-{each}" for each in (1, 2, 3)), "database"),
)
_READS = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
_ARCHIVED = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
_ROWS = "SELECT string_agg(n::text, ' ' ORDER BY n) FROM dear"


def _backed_up(file: Path) -> None:
    text = file.read_text()
    own = text.replace("{region: us}}", "{region: us}, backup: {also_in: us}}")
    own = own.replace("R18, R21]", "R18, R20, R21]")
    file.write_text(own.replace("system: failover-regions", "system: backup-regions"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Both daemons have taken their first backup."""
    with live("failover-regions", tmp_path_factory.mktemp("backed"), _backed_up) as one:
        _until(lambda: all(each.get("backups") for each in _held(one)), 180)
        yield one


def _until(what: Callable[[], bool], within: float) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, f"it did not become so within {within:.0f} s"
        time.sleep(0.5)


def _held(one: Live) -> list[dict[str, Any]]:
    """What each daemon that answers tells of what it holds."""
    told = one.tried("backup", "--json").stdout
    return list(json.loads(told)) if told else [{}]


def _sql(one: Live, members: str, *statements: str) -> str:
    """What the primary there answers; no other member of that region takes a write."""
    words = (*command(*statements), "--tuples-only", "--no-align")
    with closing(one.runtime) as runtime:
        for replica in (0, 1):
            asked = (*command("SELECT pg_is_in_recovery()"), "--tuples-only", "--no-align")
            if runtime.execute(members, asked, replica=replica).stdout.strip() == "f":
                done = runtime.execute(members, words, replica=replica)
                assert done.status == 0, done.stderr
                return str(done.stdout).strip()
    raise AssertionError(f"no member of {members} takes writes")


def _undone(runtime: LocalRuntime, identity: str) -> None:
    """Who was the primary may have an end of its own, and is ready once it was led home."""
    with suppress(RuntimeFailure):
        runtime.undo(identity)


def _moment(one: Live, members: str) -> str:
    told = float(_sql(one, members, "SELECT extract(epoch FROM clock_timestamp())"))
    return datetime.fromtimestamp(told, UTC).isoformat()


def _copied(one: Live, moment: str, query: str, *origin: str) -> str:
    """What a copy of that moment holds; nothing is left of it."""
    one.run("restore", "database", "--to", moment, "--into", "copied", *origin)
    with closing(one.runtime) as runtime:
        backed = Backed(store="database", runtime=runtime, region=origin[-1] if origin else "")
        host, _, port = str(backed.told()["address"]).partition(":")
        done = runtime.execute(backed.daemon, ("sh", "-c", _READS, host, port, query))
    one.run("restore", "database", *origin, "--remove", "copied")
    assert done.status == 0, done.stderr
    return str(done.stdout).strip()


def test_drills_of_both_places_are_proven(two: Live) -> None:
    whole(two, "eu")
    drills = ("restore-database", "restore-database-from-us", "restore-across-database")
    found = two.proven(*drills)
    own = {
        name: each["verdict"] for name, each in found.items() if name.rpartition("/")[2] in drills
    }
    assert len(own) == 6, own
    assert set(own.values()) == {"proven"}, found


def test_with_home_and_its_backups_lost_the_other_region_backs_up_and_restores(two: Live) -> None:
    whole(two, "eu")
    _sql(two, _MEMBERS, "CREATE TABLE dear (n integer)", "INSERT INTO dear VALUES (1)")
    _sql(two, _MEMBERS, "SELECT pg_switch_wal()")
    with closing(two.runtime) as runtime, ExitStack() as undos:
        for each in _HOME:
            undos.callback(_undone, runtime, runtime.inject(Kill(workload=each)).id)
        time.sleep(12)  # until the proxy in us has noticed
        two.run("failover", "database", "--to", "us", "--accept-loss", "5m", "--yes")
        away = f"{_MEMBERS}-us"
        _sql(two, away, "INSERT INTO dear VALUES (2)")
        two.run("backup", "now", "database", "--in", "us")
        _sql(two, away, "INSERT INTO dear VALUES (3)")
        moment = _moment(two, away)
        time.sleep(1)
        _sql(two, away, "DELETE FROM dear")
        assert _copied(two, moment, _ROWS, "--from", "us") == "1 2 3"
    two.tried("up")
    two.run("failback", "database", "--yes")
    whole(two, "eu")
    two.run("undo")
    # what was written while home was away, and how it came to be, is in home's repository, too
    assert _copied(two, moment, _ROWS) == "1 2 3"


@pytest.mark.long
def test_a_move_by_plan_waits_for_no_repository_that_is_away(two: Live) -> None:
    whole(two, "eu")
    with closing(two.runtime) as runtime:
        away = runtime.inject(Kill(workload="database-vault-us"))
        try:
            _sql(two, _MEMBERS, "CREATE TABLE kept (n integer)", "INSERT INTO kept VALUES (4)")
            _sql(two, _MEMBERS, "SELECT pg_switch_wal()")
            for to in ("us", "eu"):
                two.run("failover", "database", "--to", to, "--yes")
                whole(two, to)
        finally:
            runtime.undo(away.id)
    moment = _moment(two, _MEMBERS)
    closed = _sql(two, _MEMBERS, "SELECT pg_walfile_name(pg_switch_wal())")
    # the server tries again a minute later what it could not archive
    _until(lambda: _sql(two, _MEMBERS, _ARCHIVED) >= closed, 240)
    for origin in ((), ("--from", "us")):
        assert _copied(two, moment, "SELECT sum(n) FROM kept", *origin) == "4"


@pytest.mark.long
def test_the_loss_of_the_region_is_what_it_was_without_backups(two: Live) -> None:
    whole(two, "eu")
    found = two.proven("region-lost-database")
    own = {each["verdict"] for name, each in found.items() if name.endswith("region-lost-database")}
    assert own == {"proven"}, found
    whole(two, "eu")
