from __future__ import annotations

import itertools
import json
import random
import zlib
from typing import Any

import pytest

from seatrial.daemons.prober import read, words
from seatrial.daemons.prober.checks.model import Check
from seatrial.daemons.prober.checks.timetable import Timetable

CHECK: dict[str, Any] = {"name": "mail", "kind": "tcp", "targets": ["mail.example:25"]}


def check(name: str, every: float = 10.0, timeout: float = 1.0) -> Check:
    return Check(name=name, kind="tcp", targets=("a:1",), every_s=every, timeout_s=timeout)


def starts(table: Timetable, until: float, late: float = 0.0) -> list[tuple[float, str]]:
    found = []
    while (due := table.next) is not None and due <= until:
        found += [(each.at, each.check.name) for each in table.due(due + late)]
    return found


def test_starts_lie_on_a_grid_whatever_the_jitter_and_however_late_they_begin() -> None:
    table = Timetable([check("a")], 0.0, random.Random(1).random)  # noqa: S311 - only spread
    times = [at for at, _ in starts(table, 10_000.0, late=0.5)]
    grid = zlib.crc32(b"a") / 2**32 * 10
    off = [at - grid - 10 * number for number, at in enumerate(times)]
    assert len(times) == 1000
    # a drift of a millisecond a start would be a second by now
    assert all(0 <= each < 1.001 for each in off)
    assert len({round(each, 3) for each in off}) > 500


def test_checks_of_one_interval_are_spread_over_it() -> None:
    table = Timetable([check(f"check-{each}", every=60.0) for each in range(5000)], 0.0)
    seconds: dict[int, int] = {}
    for at, _ in starts(table, 60.0):
        seconds[int(at)] = seconds.get(int(at), 0) + 1
    assert len(seconds) >= 60
    assert max(seconds.values()) < 140  # 83 a second is the mean


def test_no_check_runs_beside_itself() -> None:
    table = Timetable([check("a", every=10.0, timeout=9.8)], 0.0, random.Random(2).random)  # noqa: S311 - as above
    times = [at for at, _ in starts(table, 1000.0)]
    assert min(b - a for a, b in itertools.pairwise(times)) >= 9.8


def test_what_was_missed_is_counted_and_not_made_up_for() -> None:
    table = Timetable([check("a")], 0.0)
    assert table.next is not None
    begin = table.next
    (due,) = table.due(begin + 35)
    assert (due.missed, due.at) == (3, begin)
    assert table.next == pytest.approx(begin + 40)


def test_without_checks_nothing_is_due() -> None:
    table = Timetable([], 0.0)
    assert table.next is None
    assert list(table.due(1e9)) == []


def plan(**change: Any) -> str:
    return json.dumps({"journeys": [], "checks": [{**CHECK, **change}]})


def test_a_check_is_read() -> None:
    (found,) = read.parse(plan(every_s=5, timeout_s=1, contains="220", send="EHLO\r\n")).checks
    assert (found.every_s, found.contains, found.send) == (5.0, "220", "EHLO\r\n")
    (asked,) = read.parse(plan(kind="dns", targets=["a.example"], record="MX")).checks
    assert asked.record == "MX"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"kind": "smtp"}, "checks[0].kind: http, tls"),
        ({"targets": []}, "checks[0].targets: at least one"),
        ({"targets": ["mail.example"]}, "checks[0].targets[0]: 'mail.example' is not host:port"),
        ({"kind": "http"}, "checks[0].targets[0]: 'mail.example:25' is not an http(s) URL"),
        ({"every_s": 5}, "checks[0].timeout_s: less than every_s (5)"),
        ({"server": "nowhere"}, "checks[0].server: 'nowhere' is not host:port"),
        ({"record": "AX"}, "checks[0].record: 'AX' is no type"),
        ({"answers": "a"}, "checks[0].answers: a list"),
        ({"status": 99}, "checks[0].status: an HTTP status"),
        ({"tls": 1}, "checks[0].tls: true or false"),
        ({"more": 1}, "checks[0]: more not known"),
        ({"name": ""}, "checks[0].name: a string"),
    ],
)
def test_a_wrong_check_has_a_place_and_a_sentence(change: dict[str, Any], wrong: str) -> None:
    with pytest.raises(words.PlanError) as error:
        read.parse(plan(**change))
    assert wrong in str(error.value)


def test_a_name_comes_once() -> None:
    with pytest.raises(words.PlanError, match="checks: 'mail' comes twice"):
        read.parse(json.dumps({"checks": [CHECK, CHECK]}))
