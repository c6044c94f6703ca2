"""Which segments of the log a repository lacks, that a restore would need. Pure.

Formats: the names of segments, and a timeline's history file, as PostgreSQL writes both
(https://www.postgresql.org/docs/15/continuous-archiving.html); pgBackRest keeps a segment under its
name with a checksum behind it, in a folder for each timeline and 4 GB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

_SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:-[0-9a-f]{40}\b.*)?")
_FOLDER = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})")
_LOG = 2**32  # bytes of what the middle of a name counts


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One by its timeline and its number: what it holds begins at so many times its size."""

    timeline: int
    number: int

    @classmethod
    def read(cls, name: str, size: int) -> Segment | None:
        """None for what is none: a history, or one that was not written to its end."""
        found = _SEGMENT.fullmatch(name)
        if found is None:
            return None
        timeline, log, number = (int(each, 16) for each in found.groups())
        return cls(timeline, log * (_LOG // size) + number)

    @classmethod
    def due(cls, along: tuple[Segment, ...], number: int) -> Segment:
        """The one of that number on a `way`."""
        return cls([each.timeline for each in along if each.number <= number][-1], number)

    def called(self, size: int) -> str:
        """Its name."""
        log, number = divmod(self.number, _LOG // size)
        return f"{self.timeline:08X}{log:08X}{number:08X}"


def folders(names: Iterable[str], since: str) -> tuple[str, ...]:
    """Those of an archive's folders in which segments lie from `since` on."""
    first = since[8:16]
    found = ((each, _FOLDER.fullmatch(each)) for each in names)
    return tuple(sorted(name for name, match in found if match is not None and match[1] >= first))


def way(history: str, timeline: int, size: int) -> tuple[Segment, ...]:
    """Where each timeline that leads to this one begins, the oldest first, by its history file.

    The segment in which one ends is whole in the next one alone. Raises ValueError.
    """
    lines = [each.split() for each in history.splitlines() if each and each[0] != "#"]
    try:
        ends = [(int(each[0]), _position(each[1]) // size) for each in lines]
    except IndexError as error:
        raise ValueError("no history of a timeline") from error
    begins = (0, *(end for _, end in ends))
    names = (*(each for each, _ in ends), timeline)
    return tuple(map(Segment, names, begins))


def holes(
    names: Iterable[str], since: str, along: tuple[Segment, ...], size: int
) -> frozenset[Segment]:
    """What lacks between the segment `since` and the newest that is there, on the store's way.

    Raises ValueError where `since` is no segment.
    """
    first = Segment.read(since, size)
    if first is None:
        raise ValueError(f"{since} is no segment")
    there = {found for each in names if (found := Segment.read(each, size)) is not None}

    due = partial(Segment.due, along)
    own = [
        each.number for each in there if each.number >= first.number and each == due(each.number)
    ]
    # a backup that is whole has its first segment: where nothing lies, that one lacks
    wanted = map(due, range(first.number, max(own, default=first.number) + 1))
    return frozenset(each for each in wanted if each not in there)


def _position(lsn: str) -> int:
    log, offset = lsn.split("/")
    return int(log, 16) * _LOG + int(offset, 16)
