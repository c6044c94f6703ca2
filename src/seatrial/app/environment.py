"""The runtime of an environment, opened: the one place where a name becomes a door."""

import os
from pathlib import Path

from seatrial.runtimes.local import LocalRuntime
from seatrial.system.load import peek_name


def open_runtime(file: Path) -> LocalRuntime:
    """The local runtime of the system that this file describes.

    The name is read without judging the rest: `down` and `undo` must work with a broken file.
    """
    folder = file.parent.resolve()
    name = peek_name(file) or folder.name
    cache = os.environ.get("SEATRIAL_CACHE")
    return LocalRuntime(name, folder, cache=Path(cache) if cache else None)
