"""What was written is on the disk, and not only in the machine's memory."""

from __future__ import annotations

import os
from pathlib import Path


def flushed(path: Path) -> None:
    """Have a file's content there, or what a folder lists: fsync on a file alone names it nowhere.

    Raises OSError.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
