"""The program of a command: where it is, or why it cannot be run and what would be meant."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from seatrial.system.suggest import Suggester

_OTHERWISE = "install it: programs are looked for in .venv/bin beside the file, and on PATH"


def located(name: str, folder: Path, path: str) -> str | None:
    """The program of that name, or None.

    One that is written with a folder is relative to the system's, wherever seatrial is called; any
    other is looked for on `path`.
    """
    if os.sep not in name:
        return shutil.which(name, path=path)
    found = folder / name  # not resolved: a link into a virtual environment means the link
    return str(found) if found.is_file() and os.access(found, os.X_OK) else None


def reason(name: str, folder: Path, path: str) -> tuple[str, str]:
    """Why a program was not located, as a sentence, and the cure."""
    if os.sep not in name:
        near = Suggester().cure(name, {*_on(path)}, _OTHERWISE)
        return f"the program {name} is not there", near
    at = folder / name
    if at.is_file():
        return f"the program {name} may not be executed", f"run `chmod +x {at}`"
    if not at.parent.is_dir():
        wanted = f"make it, or write a path that is there, relative to {folder}"
        return f"the folder of the program {name} is not there", wanted
    beside = {each.name for each in at.parent.iterdir()}
    return f"the program {name} is not there", Suggester().cure(at.name, beside, _OTHERWISE)


def _on(path: str) -> Iterator[str]:
    """The names of all programs on a PATH."""
    for folder in dict.fromkeys(path.split(os.pathsep)):
        try:
            with os.scandir(folder or ".") as entries:
                yield from (each.name for each in entries if os.access(each.path, os.X_OK))
        except OSError:  # not there, or closed
            continue
