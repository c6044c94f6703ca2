"""The user's own files that capabilities' sections name: found, and read without trust."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seatrial.app import sources
from seatrial.contract.capability import Capability, Named
from seatrial.system.model import System
from seatrial.system.problem import Problem

MOST_FILES = 2000  # below one folder


def texts(
    capability: Capability, settings: Any, folder: Path, system: System
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The texts by name, in the order of the section, and what could not be read."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for named in capability.reads(settings) if settings is not None else ():
        place = system.place(*named.key)
        for name in _below(folder, named):
            text = sources.read(folder, name, place)
            if isinstance(text, Problem):
                problems.append(text)
            else:
                found[name] = text
    return found, tuple(problems)


def _below(folder: Path, named: Named) -> Iterator[str]:
    """The name itself, or of a folder the names of its files, sorted."""
    path = folder / named.name
    try:
        inside = path.resolve().is_relative_to(folder.resolve()) and path.is_dir()
    except (OSError, RuntimeError, ValueError):  # a loop of links; a NUL: told when it is read
        inside = False
    if not inside:
        yield named.name
        return
    files = sorted(each for each in path.rglob("*") if each.suffix in named.suffixes)
    yield from (str(each.relative_to(folder)) for each in files[:MOST_FILES])
