"""Days as calendar programs read them: RFC 5545, the few lines of it that a due day takes. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WIDTH = 75  # octets of a line without its end, section 3.1
_END = "\r\n"
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}  # section 3.3.11
_SOON = dt.timedelta(hours=1)
PRODUCT = "-//seatrial//exercises//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Something that is due on a whole day.

    `uid` stays the same while it is the same thing: a program that reads the file again moves what
    it has. `ahead` is how many days before people are reminded; where that has passed, soon.
    """

    uid: str
    on: dt.date
    title: str
    text: str
    ahead: int


def written(name: str, days: Iterable[Day], now: dt.datetime) -> str:
    """The whole calendar, with CRLF at the end of each line. `days` must not be empty.

    `now` has a zone. What no text may hold (control characters) becomes a space.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        f"X-WR-CALNAME:{_text(name)}",  # as most programs read it; RFC 7986 says NAME
        f"NAME:{_text(name)}",
        *(line for each in days for line in _event(each, now)),
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(each)}{_END}" for each in lines)


def _event(day: Day, now: dt.datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(day.uid)}"
    yield f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}"  # without an end it is that day
    yield f"SUMMARY:{_text(day.title)}"
    yield f"DESCRIPTION:{_text(day.text)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy all day because of it
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(day.title)}"
    yield _trigger(day, now)
    yield "END:VALARM"
    yield "END:VEVENT"


def _trigger(day: Day, now: dt.datetime) -> str:
    """When people are reminded; a moment that has passed reminds nobody."""
    if day.on - dt.timedelta(days=day.ahead) > now.date():
        return f"TRIGGER:-P{day.ahead}D"
    return f"TRIGGER;VALUE=DATE-TIME:{(now + _SOON).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    plain = "".join(each if each in "\n\t" or each.isprintable() else " " for each in value)
    return "".join(_ESCAPED.get(each, each) for each in plain)


def _folded(line: str) -> str:
    """A long line in pieces that begin with a space, none of which cuts a character in two."""
    pieces, size = [""], 0
    for each in line:
        octets = len(each.encode())
        if size + octets > _WIDTH:
            pieces.append(" ")
            size = 1
        pieces[-1] += each
        size += octets
    return _END.join(pieces)
