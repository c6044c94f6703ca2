"""What writes, reads and looks say of a failover."""

from __future__ import annotations

import pytest

from seatrial.daemons.writers import seen
from seatrial.daemons.writers.seen import Glance, Outcome, Write

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


def test_gaps_have_a_begin_and_an_end() -> None:
    # the answers of several writers are not in order; what is short is their pace
    found = seen.gaps([9.75, 2.0, 9.25, 2.25, 5.0, 9.0], 1.5, 10.0)
    assert found == {
        "spans": [
            {"seconds": 0.5, "began": 1.5, "ended": 2.0},
            {"seconds": 2.75, "began": 2.25, "ended": 5.0},
            {"seconds": 4.0, "began": 5.0, "ended": 9.0},
            {"seconds": 0.5, "began": 9.25, "ended": 9.75},
        ],
        "open": 0.25,
    }


def test_one_that_lasts_has_no_end() -> None:
    whole = {"spans": [{"seconds": 3.0, "began": 1.0, "ended": None}], "open": 3.0}
    assert seen.gaps([], 1.0, 4.0) == whole
    # what was answered before the moment, or after now, is of another time
    # one that lasted already began when it began: who asks in the middle is told all of it
    earlier = {"spans": [{"seconds": 3.5, "began": 0.5, "ended": None}], "open": 3.5}
    assert seen.gaps([0.25, 0.5, 11.0], 1.0, 4.0) == earlier


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


def glance(at: float, member: str, *, took: bool | None = True) -> Glance:
    return Glance(at=at, member=member, took=took)


def test_two_at_once_are_told_with_their_time() -> None:
    glances = [
        glance(1.0, "a"),
        glance(1.1, "b", took=False),
        glance(1.2, "a"),
        glance(1.4, "b"),  # a fifth of a second after a did
        glance(1.45, "a"),
        glance(1.65, "b"),
        glance(9.0, "b"),
        glance(9.4, "a"),  # that is not one moment: it took over
        glance(12.0, "a"),
        glance(12.05, "b", took=None),
        glance(12.1, "b"),
    ]
    first, last = seen.doubles(glances)
    assert (first["members"], first["began"]) == (["a", "b"], 1.2)
    assert first["seconds"] == pytest.approx(0.45)
    assert (last["began"], last["seconds"]) == (12.0, pytest.approx(0.1))
    assert seen.doubles(glances[:3]) == []


def test_who_took_writes_is_told_when_it_changes() -> None:
    glances = [glance(1, "a"), glance(2, "a"), glance(3, "a", took=None), glance(4, "b")]
    assert list(seen.primaries([glance(5, "b"), *glances])) == [
        {"at": 1, "member": "a"},
        {"at": 4, "member": "b"},
    ]


def test_who_said_nothing_last_is_silent() -> None:
    glances = [glance(1, "a", took=None), glance(2, "a"), glance(1, "b"), glance(3, "b", took=None)]
    assert seen.silent(glances, ("a", "b", "c")) == ["b", "c"]
