"""The runtime of an environment, opened: the one place where a name becomes a door."""

import os
import re
from pathlib import Path

from seatrial.runtimes.local import LocalRuntime

_NAME = re.compile(r"^system:\s*[\"']?([a-z][a-z0-9-]{0,62})[\"']?\s*(#.*)?$", re.MULTILINE)
_MOST = 1 << 20


def open_runtime(file: Path) -> LocalRuntime:
    """The local runtime of the system that this file describes.

    The name is read without judging the rest: a broken file still names its system.
    """
    folder = absolute(file).parent
    return runtime_of(name_in(file) or folder.name, folder)


def absolute(file: Path) -> Path:
    """The file in its folder as the machine knows it; a link to a file keeps the link's name."""
    return file.parent.resolve() / file.name


def runtime_of(system: str, folder: Path) -> LocalRuntime:
    """The local runtime of a system by its name and its file's folder, which is absolute."""
    cache = os.environ.get("SEATRIAL_CACHE")
    return LocalRuntime(system, folder, cache=Path(cache) if cache else None)


def name_in(file: Path) -> str:
    """The name that the file gives its system, or empty where it cannot be read."""
    if not file.is_file():  # who opens a pipe would wait for ever
        return ""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = _NAME.search(opened.read(_MOST))
    except OSError:
        return ""
    return found.group(1) if found else ""
