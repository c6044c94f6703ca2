"""An exception silences what it excepts until its last day, and no longer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seatrial.app.plan import Refused, read
from seatrial.system.problem import Severity

_UNTIL = dt.date(2026, 11, 20)
_TEXT = """\
seatrial: 1
system: shop
teams:
  data: {email: data@shop.example}
services:
  api: {summary: Serves., owner: data, run: web, ports: {http: 80}}
stores:
  orders: {engine: postgres, version: "15", owner: data}
promises: [R20]
exceptions:
  - {requirement: R20.1, subject: orders, reason: moved soon, owner: data, until: 2026-11-20}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seatrial.yaml"
    path.write_text(_TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize("days", [-300, 0])
def test_one_that_holds_silences_what_it_excepts(file: Path, days: int) -> None:
    _, found, *_ = read(file, _UNTIL + dt.timedelta(days=days))
    assert not [each for each in found if each.code in {"ST7105", "ST1502"}]


def test_one_that_has_ended_silences_nothing_and_is_named(file: Path) -> None:
    _, problems, *_ = read(file, _UNTIL + dt.timedelta(days=1))
    found = {each.code: each for each in problems}
    assert "orders has no backup" in found["ST7105"].summary
    assert found["ST7105"].severity is Severity.WARNING  # a day that passes refuses nobody
    assert found["ST1502"].summary == "exceptions.0 ended on 2026-11-20"


def test_without_one_it_is_an_error(file: Path) -> None:
    text = _TEXT.partition("exceptions:")[0]
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(file)
    found = {each.code: each.severity for each in refused.value.problems}
    assert found["ST7105"] is Severity.ERROR


def test_the_day_is_todays_where_none_is_given(file: Path) -> None:
    text = _TEXT.replace("2026-11-20", "2020-01-01")
    file.write_text(text, encoding="utf-8")
    _, problems, *_ = read(file)
    assert "ST7105" in {each.code for each in problems}


def test_the_file_itself_keeps_every_exception(file: Path) -> None:
    text = _TEXT.replace("promises: [R20]", "promises: [R01]")
    file.write_text(text, encoding="utf-8")
    system, found, *_ = read(file, _UNTIL + dt.timedelta(days=1))
    assert len(system.exceptions) == 1
    assert [each.code for each in found if each.code == "ST1502"] == ["ST1502"]
