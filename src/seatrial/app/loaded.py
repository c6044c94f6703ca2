"""A system's file, loaded: a process loads the same bytes once.

A command opens the runtime that the file asks for and then plans it, and `up` plans it again with
the engines' versions; for a thousand services each loading takes half a second.
"""

import datetime as dt
from pathlib import Path

from seatrial.app import registry
from seatrial.system.load import Loaded, load
from seatrial.system.problem import Problem
from seatrial.system.read import read_text

_Texts = tuple[str | Problem, ...]
_kept: dict[Path, tuple[_Texts, dt.date, Loaded]] = {}


def loaded(file: Path, today: dt.date | None = None) -> Loaded:
    """What became of a file and of what it includes, as they stand on the disk now.

    An exception that has ended before `today`, by default the day in UTC, is warned of.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    kept = _kept.get(file)
    if kept is not None and kept[0] == _texts(kept[2]) and kept[1] == day:
        return kept[2]
    found = load(file, sections=registry.sections(), today=day)
    _kept.clear()  # one file is what a command is about
    _kept[file] = (_texts(found), day, found)
    return found


def _texts(found: Loaded) -> _Texts:
    """The content of each file that was read, or why it has none."""
    return tuple(read_text(each, str(each)) for each in found.files)
