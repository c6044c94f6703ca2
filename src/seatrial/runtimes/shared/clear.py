"""Removes a folder of state but for what is kept in it, and sees that it is gone."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure


def clear(folder: Path, keep: tuple[Path, ...] = ()) -> None:
    """Remove the folder, or what in it is neither kept nor on the way to something kept.

    A folder that is not there is no error. Raises RuntimeFailure with what could not be removed.
    """
    if not folder.exists():
        return
    left = _cleared(folder, keep) if keep else _gone(folder)
    if left is not None:
        raise RuntimeFailure(f"{left} could not be removed", "see who owns what is in it")


def _cleared(folder: Path, keep: tuple[Path, ...]) -> Path | None:
    ways = {parent for each in keep for parent in each.parents}
    left: Path | None = None
    for child in folder.iterdir():
        if child not in keep:
            failed = _cleared(child, keep) if child in ways else _gone(child)
            left = left or failed
    return left


def _gone(path: Path) -> Path | None:
    """The path itself where it could not be removed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - sockets too
    return path if os.path.lexists(path) else None
