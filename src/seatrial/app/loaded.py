"""A system's file, loaded: a process loads the same bytes once.

A command opens the runtime that the file asks for and then plans it, and `up` plans it again with
the engines' versions; for a thousand services each loading takes half a second.
"""

from pathlib import Path

from seatrial.app import registry
from seatrial.system.load import Loaded, load
from seatrial.system.problem import Problem
from seatrial.system.read import read_text

_Texts = tuple[str | Problem, ...]
_kept: dict[Path, tuple[_Texts, Loaded]] = {}


def loaded(file: Path) -> Loaded:
    """What became of a file and of what it includes, as they stand on the disk now."""
    texts, found = _kept.get(file, ((), None))
    if found is None or texts != _texts(found):
        found = load(file, sections=registry.sections())
        _kept.clear()  # one file is what a command is about
        _kept[file] = (_texts(found), found)
    return found


def _texts(found: Loaded) -> _Texts:
    """The content of each file that was read, or why it has none."""
    return tuple(read_text(each, str(each)) for each in found.files)
