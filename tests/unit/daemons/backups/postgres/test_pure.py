"""What pgBackRest and the archiver tell, what a plan says of a PostgreSQL server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.backups.histories import Histories
from seatrial.daemons.backups.plan import PlanError, parsed
from seatrial.daemons.backups.postgres import info
from seatrial.daemons.backups.postgres.archiver import Archiving, archiver
from seatrial.daemons.backups.postgres.plan import read
from seatrial.daemons.backups.postgres.repository import explained, instant

PLAN = {
    "store": "db",
    "region": "",
    "stanza": "main",
    "mark": "seatrial.stanza",
    "keep": 1209600,
    "environment": {"PGBACKREST_PG1_PATH": "/s/data"},
    "config": "/d/pgbackrest.conf",
    "data": "/s/data",
    "settings": "/s/postgresql.conf",
    "lays": True,
    "copies": "/d/copies",
    "server": {"host": "h", "port": 5432, "user": "u", "database": "d", "password": "/s/password"},
    "address": "127.0.0.1",
    "port": "5432",
    "drill_port": "5433",
    "schedule": {"full": 604800, "differential": 86400, "incremental": 21600},
    "verify": 86400,
    "lies": "/s/repository",
    "invariants": {"one": "SELECT true"},
}


OF = [{"id": 1, "system-id": 7431}]
HISTORIES = Histories(first="main", mark="seatrial.stanza")


def entry(label: str, kind: str, stop: int) -> dict[str, object]:
    """One backup as pgBackRest tells it."""
    return {
        "label": label,
        "type": kind,
        "timestamp": {"start": stop - 5, "stop": stop},
        "info": {"size": 100, "delta": 60, "repository": {"size": 30, "delta": 20}},
        "error": kind == "incr",
        "database": {"id": 1},
    }


def test_info_is_read_the_oldest_first() -> None:
    told = [
        {"name": "main", "db": OF, "backup": [entry("b", "incr", 200), entry("a", "full", 100)]}
    ]
    first, second = info.read(json.dumps(told), HISTORIES, "main").backups
    assert (first.label, first.kind, first.began, first.ended) == ("a", "full", 95.0, 100.0)
    assert (second.kind, second.copied, second.stored, second.damaged) == (
        "incremental", 60, 20, True,
    )  # fmt: skip
    assert (first.history, first.until, first.system) == ("main", None, "7431")
    assert info.read("[]", HISTORIES, "main").backups == ()
    named = '[{"name": "of-somebody-else", "backup": []}]'
    for broken in ("{", '[{"name": "main", "backup": [{}]}]', '[{"name": "main"}]', named):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON's own, or ours
            info.read(broken, HISTORIES, "main")


def test_a_repository_that_could_not_be_read_holds_not_nothing() -> None:
    said = "[HostConnectError] unable to connect to '127.0.0.9:7070':\n Connection refused"
    told = {
        "name": "[invalid]",
        "backup": [],
        "status": {"code": 99, "message": "other"},
        "repo": [{"key": 1, "status": {"code": 99, "message": said}}],
    }
    for name in ("[invalid]", "main"):
        with pytest.raises(ValueError, match=r"cannot be read: \[HostConnectError\] unable"):
            info.read(json.dumps([{**told, "name": name}]), HISTORIES, "main")
    with pytest.raises(ValueError, match="says no more"):
        info.read('[{"name": "main", "status": {"code": 99}}]', HISTORIES, "main")


def test_a_backup_reaches_no_further_than_its_history() -> None:
    later = "main-19700101T000230Z"
    told = [
        {"name": later, "db": OF, "backup": [entry("c", "full", 300)]},
        {"name": "main", "db": OF, "backup": [entry("a", "full", 100)]},
    ]
    found = info.read(json.dumps(told), HISTORIES, later)
    assert [(each.label, each.history, each.until) for each in found.backups] == [
        ("a", "main", 150.0),
        ("c", later, None),
    ]
    assert set(found.histories) == {"main", later}
    # before anything is held of the one that goes on, the other has ended all the same
    (only,) = info.read(json.dumps(told[1:]), HISTORIES, later).backups
    assert only.until == 150.0


def test_every_kind_has_its_word_for_pgbackrest() -> None:
    assert info.TYPES == {"full": "full", "differential": "diff", "incremental": "incr"}


def test_a_plan_is_read_and_what_is_wrong_is_one_sentence() -> None:
    found = parsed(json.dumps(PLAN), read)
    assert (found.port, found.drill_port, found.server.port) == (5432, 5433, 5432)
    assert found.invariants == {"one": "SELECT true"}
    for key in PLAN:
        with pytest.raises(PlanError, match=r"^plan: "):
            parsed(json.dumps({name: value for name, value in PLAN.items() if name != key}), read)
    with pytest.raises(PlanError):
        parsed("[]", read)


@pytest.mark.parametrize("code", [29, 95])
def test_what_another_key_leaves_unread_is_said(code: int) -> None:
    said = f"pgbackrest ended with {code}: ERROR: [0{code}]: unable to load info file '/a' / HINT"
    assert "another key than that in /x.conf" in explained(said, Path("/x.conf"))


def test_any_other_failure_is_told_as_it_is() -> None:
    for said in ("pgbackrest ended with 55: ERROR: [055]: unable to load info file", "no room"):
        assert explained(said, Path("/x.conf")) == said


def test_an_instant_is_written_to_the_microsecond() -> None:
    assert instant(1_795_762_211.583321) == "2026-11-27 06:50:11.583321+00"


SEGMENT = "0000000100000000000000"


@pytest.mark.parametrize(
    ("row", "stuck"),
    [
        ("100.5 99 on 60 5 01 02", False),
        ("100.5 101 on 60 5 01 02", True),  # its newest attempt failed
        ("100.5 99 off 60 5 01 02", True),
        ("100.5 99 on 0 5 01 02", True),  # nothing is closed before it is full
        ("100.5 99 on 60 9999 01 02", False),  # nothing is written
        ("100.5 99 on 60 121 01 03", True),  # a closed one waits
        ("100.5 99 on 60 119 01 03", False),
        ("0 0 on 60 121 - 02", True),  # none was ever archived
        ("0 0 on 60 10 - 01", False),
    ],
)
def test_the_archiver_is_stuck_where_the_log_does_not_get_out(row: str, *, stuck: bool) -> None:
    *figured, archived, current = row.split()
    last = "" if archived == "-" else SEGMENT + archived
    assert archiver(["2", *figured, last, SEGMENT + current]).stuck is stuck


def test_an_archiver_that_was_not_seen_has_no_figure() -> None:
    registry = CollectorRegistry()
    shown, value = Archiving(registry), registry.get_sample_value
    assert value("backup_archive_stuck") is None
    row = ["2", "100.5", "99", "on", "60", "5", "0" * 23 + "1", "0" * 23 + "5"]
    shown.found(archiver(row))
    assert (value("backup_archive_waiting"), value("backup_archive_failures")) == (3, 2)
    shown.found(None)
    assert value("backup_archive_stuck") is None
