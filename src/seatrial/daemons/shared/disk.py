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


def written(path: Path, text: str) -> None:
    """Have that text in a file, whole or as it was before, and on the disk. Raises OSError."""
    new = path.with_suffix(f"{path.suffix}.new")
    new.write_text(text, encoding="utf-8")
    flushed(new)
    new.rename(path)
    flushed(path.parent)
