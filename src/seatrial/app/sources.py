"""The files that services name under `files`: read without trusting what a path leads to."""

from pathlib import Path

from seatrial.system.fault import shown
from seatrial.system.model import System
from seatrial.system.problem import Place, Problem
from seatrial.system.read import MAX_BYTES, read_text

_MISSING = "write a path that is there, relative to the main file"
_CURES = {
    "ST1002": "name a regular file",
    "ST1003": "correct its permissions or the path",
    "ST1004": "a file that is rendered is at most 1 MiB: let the service fetch bigger ones itself",
    "ST1005": "save it as UTF-8: only texts are rendered",
}


def source(folder: Path, system: System, name: str) -> str | Problem:
    """The text of a source below `folder`, at most 1 MiB; or why it has none, with its place."""
    return read(folder, name, _place(system, name))


def read(folder: Path, name: str, place: Place | None) -> str | Problem:
    """The text of a file below `folder` that is named at `place`, or why it has none."""
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links; a NUL
        return Problem("ST1003", place, f"cannot read {shown(name)}", _CURES["ST1003"])
    if not inside:
        # Compared after links are followed: a link must not lead out of the folder either.
        return Problem(
            "ST1601",
            place,
            f"{shown(name)} lies outside of the main file's folder",
            "copy it into the folder and name it relative to the main file",
        )
    found = read_text(path, name, most=MAX_BYTES)
    if isinstance(found, Problem):
        if found.code == "ST1001":  # of the main file: its cure is `seatrial init`
            return Problem(
                "ST1003", place, f"cannot read {shown(name)}: it does not exist", _MISSING
            )
        summary = f"cannot read {shown(name)}: {found.summary}"
        return Problem(found.code, place, summary, _CURES.get(found.code, found.cure))
    return found


def check(folder: Path, system: System) -> tuple[Problem, ...]:
    """What is wrong with the sources of all services."""
    names = dict.fromkeys(
        name for service in system.services.values() for name in service.files.values()
    )
    found = (source(folder, system, name) for name in names)
    return tuple(each for each in found if isinstance(each, Problem))


def _place(system: System, name: str) -> Place | None:
    for owner, service in system.services.items():
        for path, each in service.files.items():
            if each == name:
                return system.place("services", owner, "files", path)
    return None
