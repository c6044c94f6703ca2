"""Whether a copy has what the service has had since before, unchanged, in its folders."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_MARGIN = 1.0  # seconds: a kernel's clock for files is coarse
_NAMED = 3  # of those that differ, so many are named


def unlike(place: Path, copy: Path, folders: Iterable[str], since: float) -> str:
    """Which files of a place that have not changed since an instant are otherwise in the copy.

    Empty where none is. Nobody but the kernel sets when an inode was changed, and a folder that is
    moved is changed itself: what is below one that has changed decides nothing.
    """
    filecmp.clear_cache()  # a copy of the same name, size and time may hold something else by now
    compared, other = 0, list[str]()
    try:
        for name in folders:
            for each in _unchanged(place / name, since - _MARGIN):
                compared += 1
                own = each.relative_to(place)
                if not _same(each, copy / own):
                    other.append(str(own))
    except PermissionError as error:
        return f"{error.filename} cannot be read, so that nobody can compare"
    if not other:
        return ""
    named = ", ".join(other[:_NAMED]) + (", ..." if len(other) > _NAMED else "")
    return f"of {compared} files {len(other)} are not in it as they are: {named}"


def _unchanged(folder: Path, since: float) -> Iterator[Path]:
    try:
        found = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):  # it is what is restored: nothing is left of it
        return
    with found as entries:
        for each in entries:
            try:
                old = each.stat(follow_symlinks=False).st_ctime < since
                if old and each.is_dir(follow_symlinks=False):
                    yield from _unchanged(Path(each.path), since)
                elif old and each.is_file(follow_symlinks=False):
                    yield Path(each.path)
            except FileNotFoundError:  # it has been deleted since it was listed
                continue


def _same(one: Path, other: Path) -> bool:
    """Also where the first has been deleted meanwhile: then nobody can tell."""
    try:
        with one.open("rb"):
            pass
    except FileNotFoundError:
        return True
    try:
        return filecmp.cmp(one, other, shallow=False)
    except FileNotFoundError:
        return not one.exists()
