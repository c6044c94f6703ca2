"""What writes, reads and looks say of a failover."""

from __future__ import annotations

import pytest

from seatrial.daemons.writers import seen
from seatrial.daemons.writers.seen import Look, Outcome, Write

ACKNOWLEDGED, REFUSED, UNKNOWN = Outcome


def write(number: int, sent: float, ended: float, outcome: Outcome = ACKNOWLEDGED) -> Write:
    return Write(number=number, sent=sent, ended=ended, outcome=outcome)


def test_writes_are_counted_by_what_became_of_them() -> None:
    writes = [
        write(1, 1.0, 1.1),  # before
        write(2, 2.0, 2.1),
        write(3, 2.5, 2.6, REFUSED),
        write(4, 2.7, 5.7, UNKNOWN),
        write(5, 6.0, 6.1),
    ]
    assert seen.counted(writes, 2.0) == {"acknowledged": 2, "refused": 1, "unknown": 1}
    assert seen.counted([], 2.0) == {"acknowledged": 0, "refused": 0, "unknown": 0}


def test_the_longest_gap_has_a_begin_and_an_end() -> None:
    # the answers of several writers are not in order
    assert seen.gap([9.5, 2.0, 3.0, 9.0], 1.0, 10.0) == {
        "seconds": 6.0, "began": 3.0, "ended": 9.0, "open": 0.5
    }  # fmt: skip


def test_one_that_lasts_has_no_end() -> None:
    assert seen.gap([2.0, 3.0], 1.0, 10.0) == {
        "seconds": 7.0,
        "began": 3.0,
        "ended": None,
        "open": 7.0,
    }
    whole = {"seconds": 3.0, "began": 1.0, "ended": None, "open": 3.0}
    assert seen.gap([], 1.0, 4.0) == whole
    # what was answered before the moment, or after now, is of another time
    assert seen.gap([0.5, 11.0], 1.0, 4.0) == whole


def test_lost_is_what_was_acknowledged_and_is_not_there() -> None:
    writes = [
        write(1, 1.0, 1.1),  # before the moment
        write(2, 2.0, 2.1),
        write(3, 2.2, 2.4),
        write(4, 2.5, 2.75),
        write(5, 2.8, 5.8, UNKNOWN),
        write(6, 6.0, 6.1, REFUSED),
    ]
    found = seen.lost(writes, {2}, 2.0)
    assert (found["rows"], found["seconds"]) == (2, pytest.approx(0.55))
    assert seen.lost(writes, {2, 3, 4}, 2.0) == {"rows": 0, "seconds": 0.0}


def test_two_at_once_are_told_with_their_time() -> None:
    looks = [
        Look(at=1.0, writable=("a",)),
        Look(at=1.2, writable=("a", "b")),
        Look(at=1.4, writable=("a", "b")),
        Look(at=1.6, writable=("b",)),
        Look(at=1.8, writable=()),
        Look(at=2.0, writable=("a", "b")),
    ]
    first, last = seen.doubles(looks)
    assert (first["members"], first["began"]) == (["a", "b"], 1.2)
    assert first["seconds"] == pytest.approx(0.4)
    assert (last["began"], last["seconds"]) == (2.0, 0.0)  # the newest look: it goes on
    assert list(seen.doubles(looks[:1])) == []


def test_who_took_writes_is_told_when_it_changes() -> None:
    looks = [
        Look(at=at, writable=who) for at, who in ((1, ("a",)), (2, ("a",)), (3, ()), (4, ("b",)))
    ]
    assert list(seen.primaries(looks)) == [
        {"at": 1, "members": ["a"]},
        {"at": 3, "members": []},
        {"at": 4, "members": ["b"]},
    ]
