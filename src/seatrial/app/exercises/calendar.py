"""What is due when, as a calendar program takes it: exercises, and findings that are not mended."""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from seatrial.app.exercises.listing import Ladder, Row, ladder
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity.icalendar import Day, written
from seatrial.contract.exercise import Lesson
from seatrial.contract.words import day, duration

_WEEK = 7  # to agree on a time with those who take part
_EVE = 1
_NAMES = uuid.UUID("6f2b1f0e-5c0b-4d6e-9a55-0d3c3e1f7a42")  # ours, for names as below


def calendar(file: Path, *, clock: Callable[[], float] = time.time) -> str:
    """The text of the .ics file as of now.

    Raises Unclear where no exercise is promised, and Refused, RuntimeFailure, EvidenceFailure.
    """
    found = ladder(file, clock=clock)
    if not found.rows:
        raise Unclear("no exercise is promised here", "write R22 among the promises")
    return written(
        f"Exercises of {found.system}",
        days(found),
        dt.datetime.fromtimestamp(found.now, dt.UTC),
    )


def days(found: Ladder) -> tuple[Day, ...]:
    """A day for each exercise and each open finding. Pure. What is overdue is due today."""
    return tuple(
        day for row in found.rows for day in (_exercise(found, row), *_lessons(found, row))
    )


def _exercise(found: Ladder, row: Row) -> Day:
    one, last = row.exercise, row.last
    ended = last.ended if last is not None else None
    how = "broken off" if row.due is None else "held"  # and then it is due at once
    held = "never held" if ended is None else f"last {how} on {day(ended)}"
    title = f"{found.system}: exercise {one.name}"
    if row.due is None:
        title += " (never held)" if last is None else " (due since it was broken off)"
    elif row.due <= found.now:
        title += f" (due since {day(row.due)})"
    text = (
        f"{one.summary} A {one.rung}, due every {duration(one.every)}; {held}.",
        f"Takes part: {', '.join(one.takes_part) or 'nobody is named'}.",
        *((f"Is told: {', '.join(one.informs)}.",) if one.informs else ()),
        f"Prepare it with: seatrial exercise prepare {one.name}",
    )
    return Day(
        uid=_uid(found, one.name),
        on=_day(max(row.due or 0.0, found.now)),
        title=title,
        text="\n".join(text),
        ahead=_WEEK,
    )


def _lessons(found: Ladder, row: Row) -> Iterator[Day]:
    for each in row.lessons:
        yield _lesson(found, row.exercise.name, each)


def _lesson(found: Ladder, name: str, lesson: Lesson) -> Day:
    late = f" (due since {day(lesson.due)})" if lesson.due <= found.now else ""
    return Day(
        uid=_uid(found, name, str(lesson.number), lesson.text),
        on=_day(max(lesson.due, found.now)),
        title=f"{found.system}: {lesson.text} ({lesson.owner}){late}",
        text=f"Finding {lesson.number} of the exercise {name}. Once it is mended:"
        f" seatrial exercise mended {name} {lesson.number} HOW",
        ahead=_EVE,
    )


def _day(seconds: float) -> dt.date:
    """In UTC, as the list of exercises has it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date()


def _uid(found: Ladder, *names: str) -> str:
    """The same for the same thing of the same system, on whichever machine it is asked for."""
    return str(uuid.uuid5(_NAMES, "\n".join((found.system, found.environment, *names))))
