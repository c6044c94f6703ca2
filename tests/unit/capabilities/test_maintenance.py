"""Announced maintenance that comes again: when it holds."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from seatrial.capabilities.synthetics.maintenance import MOST, Maintenance

HOUR = 3600.0


def announced(**more: str) -> Maintenance:
    given = {"from": "2026-10-11T02:30:00+02:00", "until": "2026-10-11T03:30:00+02:00"}
    return Maintenance.model_validate({**given, "reason": "x", **more})


def begins(found: Maintenance, zone: str) -> list[str]:
    return [f"{datetime.fromtimestamp(one, ZoneInfo(zone)):%m-%d %H:%M}" for one, _ in found.spans]


def test_what_does_not_come_again_holds_once() -> None:
    assert announced().spans == ((1791678600.0, 1791682200.0),)


def test_what_comes_again_keeps_the_clock_of_its_zone() -> None:
    weekly = {"every": "7d", "last": "2026-11-07"}
    found = announced(**weekly, timezone="Europe/Berlin")
    # on the 25th 02:30 comes twice, and the first of them counts
    assert begins(found, "Europe/Berlin") == ["10-11 02:30", "10-18 02:30", "10-25 02:30",
                                              "11-01 02:30"]  # fmt: skip
    assert begins(found, "UTC") == ["10-11 00:30", "10-18 00:30", "10-25 00:30", "11-01 01:30"]
    assert {until - begin for begin, until in found.spans} == {HOUR}
    assert begins(announced(**weekly), "UTC")[-1] == "11-01 00:30"


def test_a_time_that_clocks_skip_is_an_hour_later() -> None:
    spring = {"from": "2027-03-27T02:30:00+01:00", "until": "2027-03-27T03:30:00+01:00"}
    found = announced(**spring, every="1d", last="2027-03-29", timezone="Europe/Berlin")
    assert begins(found, "Europe/Berlin") == ["03-27 02:30", "03-28 03:30", "03-29 02:30"]


def test_the_last_day_is_one_of_the_zone() -> None:
    late = {"from": "2026-12-01T23:30:00Z", "until": "2026-12-02T00:30:00Z", "every": "1d"}
    assert len(announced(**late, last="2026-12-03").spans) == 3
    assert len(announced(**late, last="2026-12-03", timezone="Europe/Berlin").spans) == 2


def test_no_more_are_kept_than_alertmanager_is_to_ask() -> None:
    assert len(announced(every="7d", last="2028-10-01").spans) == MOST
    with pytest.raises(ValidationError, match="write an earlier last"):
        announced(every="7d", last="2028-10-08")
