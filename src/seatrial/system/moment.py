"""A moment as people type it: with an offset, or with a time zone by its name. Pure.

`2026-11-23 10:15:30+01:00`, `2026-11-23T09:15:30Z`, `2026-11-23 10:15:30 Europe/Berlin`. What could
mean two moments, or none, is refused: a database is not brought back to a guess.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo, available_timezones

from seatrial.system.suggest import Suggester

_NAMED = re.compile(r"(?P<wall>\S+[ T]\S+) +(?P<zone>[A-Za-z][\w+/-]*)")


class UnclearMoment(ValueError):  # noqa: N818 - bad input, not a failure
    """No moment: a sentence, and the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Both are told."""
        super().__init__(f"{summary}; {cure}")
        self.summary, self.cure = summary, cure


def moment(text: str) -> float:
    """Seconds since the epoch. Raises UnclearMoment."""
    found = _NAMED.fullmatch(text.strip())
    if found is not None:
        return _in_zone(found["wall"], found["zone"])
    read = _read(text.strip())
    if read.tzinfo is None:
        raise UnclearMoment(
            f"{text} has no zone", f"write {text}Z for UTC, {text}+01:00, or {text} Europe/Berlin"
        )
    return read.timestamp()


def _read(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise UnclearMoment(
            f"{text or 'nothing'} is no moment", "write one as 2026-11-23 10:15:30+01:00"
        ) from None


def _in_zone(written: str, zone: str) -> float:
    wall = _read(written)
    if wall.tzinfo is not None:
        raise UnclearMoment(f"{written} {zone} names two zones", f"delete {zone}")
    if zone not in available_timezones():
        near = Suggester().cure(zone, available_timezones(), "write Europe/Berlin or UTC")
        raise UnclearMoment(f"{zone} is no time zone", near)
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    back = first.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back != wall:
        raise UnclearMoment(
            f"there was no {written} in {zone}: clocks were set forward over it",
            f"write an earlier or later one; an hour is missing before {back:%H:%M}",
        )
    if first.utcoffset() != second.utcoffset():
        both = " or ".join(f"{written}{each.isoformat()[-6:]}" for each in (first, second))
        raise UnclearMoment(
            f"{written} came twice in {zone}: clocks were set back", f"write {both}"
        )
    return first.timestamp()
