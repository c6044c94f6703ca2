"""What is due, from which backup a moment is reached, what a plan and a work say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.backups import figures
from seatrial.daemons.backups.backups import Backup, due, present, reach, room
from seatrial.daemons.backups.command import reason
from seatrial.daemons.backups.work import DONE, FAILED, RUNNING, Work

HOUR = 3600.0
SCHEDULE = {"full": 168 * HOUR, "differential": 24 * HOUR, "incremental": 6 * HOUR}
NOW = 1_000_000.0


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
    assert "before the first moment that a backup reaches" in early.refused
    assert "1970-01-12 13:45:00Z" in early.cure
    assert "future" in reach(held, NOW + 1, NOW).refused
    assert "no backup yet" in reach((), NOW, NOW).refused


def test_one_that_is_damaged_stands_in_no_others_way() -> None:
    older, newer = backup("full", 100), replace(backup("full", 50), damaged=True)
    assert reach((older, newer), NOW, NOW).backup == older
    assert reach((newer,), NOW, NOW).backup == newer, "there is no other"
    only = tuple(replace(each, moment=each.ended) for each in (older, newer))
    assert reach(only, NOW, NOW).backup == only[1], "the older one has less"


def test_a_moment_is_reached_in_the_history_that_the_store_had_then() -> None:
    ended = NOW - 40
    old = tuple(replace(each, until=ended) for each in (backup("full", 100), backup("full", 60)))
    new = backup("full", 20)
    assert reach((*old, new), NOW - 50, NOW).backup == old[1]
    assert reach((*old, new), NOW - 10, NOW).backup == new
    between = reach((*old, new), NOW - 30, NOW)
    assert between.backup is None
    assert "STORE was restored in place at 1970-01-12 13:46:00Z" in between.refused
    assert "or one after 1970-01-12 13:46:20Z" in between.cure
    assert "the first backup since, not there yet" in reach(old, NOW, NOW).cure
    assert present((*old, new)) == (new,)
    # what is of a history that has ended protects nothing of the present one
    assert due(old, SCHEDULE, NOW) == "full"


def test_what_does_not_fit_is_told_with_both_figures() -> None:
    one = backup("full", 1, size=1_000_000_000)
    assert room(one, 2_000_000_000) == ""
    assert room(one, 1_000_000_000) == "it needs 1268 MB, and 1000 MB are free"
    assert room(one, 1_000_000_000, already=300_000_000) == ""
    assert room(one, 100_000_000, already=2_000_000_000).startswith("it needs 268 MB")


def test_what_was_not_seen_has_no_figure() -> None:
    registry = CollectorRegistry()
    shown = figures.Figures(registry, SCHEDULE)
    value = registry.get_sample_value

    assert value("backups_held") is None
    assert value("backup_failures_total", {"type": "opening"}) == 0
    shown.held((backup("full", 100), backup("incremental", 50)))
    last = "backup_last_completed_timestamp_seconds"
    assert value(last, {"type": "full"}) == NOW - 100
    assert value(last, {"type": "differential"}) == NOW - 100
    assert value(last, {"type": "incremental"}) == NOW - 50
    assert value("backup_last_size_bytes") == 100

    shown.held(())
    assert (value("backups_held"), value("backup_last_damaged")) == (0, None)
    assert value(last, {"type": "full"}) is None
    shown.held(None)
    assert value("backups_held") is None


@pytest.mark.parametrize(
    ("sizes", "usual"),
    [
        ((100, 100, 100), None),  # two before the newest one tell of nothing usual
        ((100, 300, 200, 7), 200),
        ((1, 1, 1, *[50] * 10, 7), 50),
    ],
)
def test_what_is_usual_is_the_median_of_those_before(
    sizes: tuple[int, ...], usual: float | None
) -> None:
    registry = CollectorRegistry()
    held = [backup("full", 100.0 - number, size) for number, size in enumerate(sizes)]
    figures.Figures(registry, SCHEDULE).held(held)
    assert registry.get_sample_value("backup_usual_size_bytes") == usual


def test_a_failure_is_told_from_its_first_error_on() -> None:
    warned = "WARN: unknown group\nERROR: [029]: unable to read\n      HINT: look\n"
    assert reason(warned) == "ERROR: [029]: unable to read / HINT: look"
    assert reason("psql: error: refused") == "psql: error: refused"
    assert reason("".join(f"line {i}\n" for i in range(9))).startswith("line 3 / ")
    assert reason("") == ""
    assert reason("ERROR: [029]: found '\x10l\x00'") == "ERROR: [029]: found '?l?'"


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
