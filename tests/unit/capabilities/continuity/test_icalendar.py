"""What is written reads back as it was, by a parser of others, and as RFC 5545 wants its lines."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from seatrial.capabilities.continuity.icalendar import Day, written

NOW = dt.datetime(2026, 11, 28, 18, 5, 7, tzinfo=dt.UTC)
DAY = Day(
    uid="8d5f0f9e",
    on=dt.date(2026, 12, 31),
    title="shop: exercise recovery",
    text="Takes part: web, data; once.\nA path: C:\\backups",
    ahead=7,
)


def changed(**more: str) -> Day:
    kept = {name: getattr(DAY, name) for name in ("uid", "on", "title", "text", "ahead")}
    return Day(**{**kept, **more})


def test_a_parser_reads_back_what_was_written() -> None:
    found = Calendar.from_ical(written("Exercises of shop", [DAY], NOW))
    assert found["VERSION"] == "2.0"
    assert "METHOD" not in found  # it invites nobody: RFC 5546 would ask for an organizer
    assert found["NAME"] == "Exercises of shop"
    (event,) = found.walk("VEVENT")
    assert event["UID"] == DAY.uid
    assert event["DTSTART"].dt == DAY.on
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTSTAMP"].dt == NOW
    assert (event["SUMMARY"], event["DESCRIPTION"]) == (DAY.title, DAY.text)
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == dt.timedelta(days=-7)
    assert alarm["ACTION"] == "DISPLAY"


def test_its_instant_is_told_in_utc() -> None:
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert written("x", [DAY], there) == written("x", [DAY], NOW)


@given(st.text(max_size=300))
def test_any_text_comes_back_and_no_line_is_too_long(text: str) -> None:
    whole = written("x", [changed(text=text)], NOW)
    lines = whole.split("\r\n")
    assert lines.pop() == ""
    assert all(len(each.encode()) <= 75 and "\n" not in each and "\r" not in each for each in lines)
    (event,) = Calendar.from_ical(whole).walk("VEVENT")
    said = "".join(each if each in "\n\t" or each.isprintable() else " " for each in text)
    assert str(event["DESCRIPTION"]) == said


@pytest.mark.parametrize("letter", ["a", "é", "漢", "🚢"])
def test_a_fold_cuts_no_character_in_two(letter: str) -> None:
    whole = written("x", [changed(title=letter * 200)], NOW).encode()
    for each in whole.split(b"\r\n"):
        each.decode()
    assert letter * 200 in whole.replace(b"\r\n ", b"").decode()
