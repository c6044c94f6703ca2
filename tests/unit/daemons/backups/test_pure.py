"""What is due, from which backup a moment is reached, what a plan and a work say."""

from __future__ import annotations

import json

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.backups import backups, figures
from seatrial.daemons.backups.backups import Backup, due, reach, read, room
from seatrial.daemons.backups.command import reason
from seatrial.daemons.backups.plan import PlanError, parse
from seatrial.daemons.backups.repository import instant
from seatrial.daemons.backups.work import DONE, FAILED, RUNNING, Work

HOUR = 3600.0
SCHEDULE = {"full": 168 * HOUR, "differential": 24 * HOUR, "incremental": 6 * HOUR}
NOW = 1_000_000.0
PLAN = {
    "store": "db",
    "stanza": "main",
    "config": "/d/pgbackrest.conf",
    "data": "/s/data",
    "settings": "/s/postgresql.conf",
    "copies": "/d/copies",
    "server": {"host": "h", "port": 5432, "user": "u", "database": "d", "password": "/s/password"},
    "address": "127.0.0.1",
    "port": "5432",
    "drill_port": "5433",
    "schedule": SCHEDULE,
    "invariants": {"one": "SELECT true"},
}


def backup(kind: str, ago: float, size: int = 100) -> Backup:
    return Backup(
        label=f"{kind}-{ago:.0f}",
        kind=kind,
        began=NOW - ago - 10,
        ended=NOW - ago,
        size=size,
        copied=size,
        stored=10,
        damaged=False,
    )


def test_info_is_read_the_oldest_first() -> None:
    def entry(label: str, kind: str, stop: int) -> dict[str, object]:
        return {
            "label": label,
            "type": kind,
            "timestamp": {"start": stop - 5, "stop": stop},
            "info": {"size": 100, "delta": 60, "repository": {"size": 30, "delta": 20}},
            "error": kind == "incr",
        }

    told = [{"name": "main", "backup": [entry("b", "incr", 200), entry("a", "full", 100)]}]
    first, second = read(json.dumps(told))
    assert (first.label, first.kind, first.began, first.ended) == ("a", "full", 95.0, 100.0)
    assert (second.kind, second.copied, second.stored, second.damaged) == (
        "incremental", 60, 20, True,
    )  # fmt: skip
    assert read("[]") == ()
    for broken in ("{", '[{"backup": [{}]}]', '[{"name": "main"}]'):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON's own, or ours
            read(broken)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ((), "full"),
        ((backup("full", HOUR),), ""),
        ((backup("full", 7 * HOUR),), "incremental"),
        ((backup("full", 25 * HOUR),), "differential"),
        ((backup("full", 169 * HOUR), backup("incremental", HOUR)), "full"),
        ((backup("full", 30 * HOUR), backup("differential", HOUR)), ""),
        ((backup("full", 30 * HOUR), backup("incremental", HOUR)), "differential"),
        # what only builds on a full one is none
        ((backup("incremental", HOUR),), "full"),
    ],
)
def test_what_is_due(held: tuple[Backup, ...], wanted: str) -> None:
    assert due(held, SCHEDULE, NOW) == wanted


def test_a_moment_is_reached_from_the_newest_backup_that_had_ended() -> None:
    held = (backup("full", 100), backup("incremental", 50), backup("incremental", 10))
    assert reach(held, NOW - 20, NOW).backup == held[1]
    assert reach(held, NOW - 50, NOW).backup == held[1]
    assert reach(held, NOW, NOW).backup == held[2]
    # while the first one was being taken, the server was not whole in it
    early = reach(held, NOW - 105, NOW)
    assert early.backup is None
    assert "before the end of the first backup" in early.refused
    assert "1970-01-12 13:45:00Z" in early.cure
    assert "future" in reach(held, NOW + 1, NOW).refused
    assert "no backup yet" in reach((), NOW, NOW).refused


def test_what_does_not_fit_is_told_with_both_figures() -> None:
    one = backup("full", 1, size=1_000_000_000)
    assert room(one, 2_000_000_000) == ""
    assert room(one, 1_000_000_000) == "it needs 1268 MB, and 1000 MB are free"
    assert room(one, 1_000_000_000, already=300_000_000) == ""
    assert room(one, 100_000_000, already=2_000_000_000).startswith("it needs 268 MB")


def test_every_kind_has_its_word_for_pgbackrest() -> None:
    assert backups.TYPES == {"full": "full", "differential": "diff", "incremental": "incr"}


def test_a_plan_is_read_and_what_is_wrong_is_one_sentence() -> None:
    found = parse(json.dumps(PLAN))
    assert (found.port, found.drill_port, found.server.port) == (5432, 5433, 5432)
    assert found.invariants == {"one": "SELECT true"}
    for key in PLAN:
        with pytest.raises(PlanError, match=r"^plan: "):
            parse(json.dumps({name: value for name, value in PLAN.items() if name != key}))
    with pytest.raises(PlanError):
        parse("[]")


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
    assert figures.archiver(["2", *figured, last, SEGMENT + current]).stuck is stuck


def test_what_was_not_seen_has_no_figure() -> None:
    registry = CollectorRegistry()
    shown = figures.Figures(registry, SCHEDULE)
    value = registry.get_sample_value

    assert value("backups_held") is value("backup_archive_stuck") is None
    assert value("backup_failures_total", {"type": "opening"}) == 0
    shown.held((backup("full", 100), backup("incremental", 50)))
    row = ["2", "100.5", "99", "on", "60", "5", "0" * 23 + "1", "0" * 23 + "5"]
    shown.archiver(figures.archiver(row))
    last = "backup_last_completed_timestamp_seconds"
    assert value(last, {"type": "full"}) == NOW - 100
    assert value(last, {"type": "differential"}) == NOW - 100
    assert value(last, {"type": "incremental"}) == NOW - 50
    assert value("backup_last_size_bytes") == 100
    assert (value("backup_archive_waiting"), value("backup_archive_failures")) == (3, 2)

    shown.held(())
    assert (value("backups_held"), value("backup_last_damaged")) == (0, None)
    assert value(last, {"type": "full"}) is None
    shown.held(None)
    shown.archiver(None)
    assert value("backups_held") is value("backup_archive_stuck") is None


def test_a_failure_is_told_from_its_first_error_on() -> None:
    warned = "WARN: unknown group\nERROR: [029]: unable to read\n      HINT: look\n"
    assert reason(warned) == "ERROR: [029]: unable to read / HINT: look"
    assert reason("psql: error: refused") == "psql: error: refused"
    assert reason("".join(f"line {i}\n" for i in range(9))).startswith("line 3 / ")
    assert reason("") == ""


def test_a_work_tells_its_steps_and_its_end() -> None:
    times = iter([1.0, 2.0, 3.0])
    work = Work(kind="backup", about={"kind": "full"}, clock=lambda: next(times))
    assert work.state == RUNNING
    work.step("full")
    work.end("no room")
    assert work.told() == {
        "kind": "backup",
        "about": {"kind": "full"},
        "state": FAILED,
        "began": 1.0,
        "ended": 3.0,
        "steps": [{"name": "full", "at": 2.0}],
        "error": "no room",
        "result": {},
    }
    times = iter([1.0, 2.0])
    good = Work(kind="drill", about={}, clock=lambda: next(times))
    good.end()
    assert good.state == DONE
