"""Moments as people type them: one meaning, or refused with the cure."""

from __future__ import annotations

import datetime as dt

import pytest

from seatrial.system.moment import UnclearMoment, moment


def utc(month: int, day: int, hour: int, minute: int, second: int = 0) -> float:
    return dt.datetime(2026, month, day, hour, minute, second, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-23 10:15:30+01:00", utc(11, 23, 9, 15, 30)),
        ("2026-11-23T09:15:30Z", utc(11, 23, 9, 15, 30)),
        ("2026-11-23 10:15:30 Europe/Berlin", utc(11, 23, 9, 15, 30)),
        ("2026-07-23 10:15:30 Europe/Berlin", utc(7, 23, 8, 15, 30)),
        ("2026-11-23 09:15:30.25 UTC", utc(11, 23, 9, 15, 30) + 0.25),
        # the offset says which of the two
        ("2026-10-25 02:30:00+02:00", utc(10, 25, 0, 30)),
        ("2026-10-25 02:30:00+01:00", utc(10, 25, 1, 30)),
    ],
)
def test_a_moment_with_its_zone(text: str, wanted: float) -> None:
    assert moment(text) == wanted


@pytest.mark.parametrize(
    ("text", "summary", "cure"),
    [
        ("2026-11-23 10:15:30", "has no zone", "2026-11-23 10:15:30Z"),
        ("yesterday", "is no moment", "2026-11-23 10:15:30+01:00"),
        ("", "is no moment", "2026-11-23 10:15:30+01:00"),
        ("2026-02-30 10:00:00Z", "is no moment", ""),
        ("2026-11-23 10:15:30 Europe/Berlim", "no time zone", "Europe/Berlin"),
        ("2026-11-23 10:15:30+01:00 Europe/Berlin", "two zones", "delete Europe/Berlin"),
        ("2026-03-29 02:30:00 Europe/Berlin", "set forward", "03:30"),
        ("2026-10-25 02:30:00 Europe/Berlin", "came twice", "+02:00 or 2026-10-25 02:30:00+01:00"),
    ],
)
def test_what_has_no_one_meaning_is_refused(text: str, summary: str, cure: str) -> None:
    with pytest.raises(UnclearMoment) as refused:
        moment(text)
    assert summary in refused.value.summary
    assert cure in refused.value.cure
