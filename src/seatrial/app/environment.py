"""The runtime of an environment, opened: the one place where a name becomes a door."""

import os
import re
from pathlib import Path

from seatrial.runtimes.local import LocalRuntime

_NAME = re.compile(r"^system:\s*[\"']?([a-z][a-z0-9-]{0,62})[\"']?\s*(#.*)?$", re.MULTILINE)
_MOST = 1 << 20


def open_runtime(file: Path) -> LocalRuntime:
    """The local runtime of the system that this file describes.

    The name is read without judging the rest: `down` and `undo` must work with a broken file.
    """
    folder = file.parent.resolve()
    cache = os.environ.get("SEATRIAL_CACHE")
    return LocalRuntime(_name(file) or folder.name, folder, cache=Path(cache) if cache else None)


def _name(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = _NAME.search(opened.read(_MOST))
    except OSError:
        return ""
    return found.group(1) if found else ""
