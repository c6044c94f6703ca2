"""Whether the files of a restic repository are what was written.

A pack is a file in `data/`, which is called by the SHA-256 of what it holds:
https://restic.readthedocs.io/en/stable/100_references.html. To look at that takes one reading, and
none of the minutes for which restic asks a damaged one again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


def packs(repository: Path) -> Iterator[Path]:
    """Every pack; what restic was writing when it was killed is none. Raises OSError."""
    return (each for each in _files(repository) if _NAME.fullmatch(each.name))


def tidied(repository: Path) -> None:
    """Remove what a restic that was killed was writing. Raises OSError."""
    if (repository / "data").is_dir():
        for each in list(_files(repository)):
            if not _NAME.fullmatch(each.name):
                each.unlink(missing_ok=True)


def _files(repository: Path) -> Iterator[Path]:
    for folder in (repository / "data").iterdir():
        yield from folder.iterdir()


def spoiled(repository: Path, chosen: Callable[[Path], bool] = lambda _: True) -> tuple[str, ...]:
    """The chosen ones that are not what their name says. Raises OSError."""
    return tuple(each.name for each in packs(repository) if chosen(each) and not right(each))


def right(pack: Path) -> bool:
    """Whether it holds what its name says. Raises OSError."""
    with pack.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == pack.name


def total(repository: Path, until: float) -> tuple[int, int]:
    """How many were written until an instant, and their bytes together. Raises OSError."""
    sizes = [
        found.st_size for each in packs(repository) if (found := each.stat()).st_mtime <= until
    ]
    return len(sizes), sum(sizes)
