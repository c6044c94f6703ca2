"""Two folders change their places in one step, so that neither is missing at any moment."""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from seatrial.daemons.shared.disk import flushed

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE: renameat2(2)


def exchange(one: Path, other: Path) -> None:
    """Both must be there, on one file system. It is on the disk when this returns. Raises OSError.

    Python has no such call: https://man7.org/linux/man-pages/man2/renameat2.2.html.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    for folder in {one.parent, other.parent}:
        flushed(folder)


def exchangeable(one: Path, other: Path) -> str:
    """Why folders in these two cannot change their places; empty where they can. It is tried."""
    try:
        with ExitStack() as probes:
            probe = partial(tempfile.TemporaryDirectory, prefix=".exchange-")
            exchange(*(Path(probes.enter_context(probe(dir=each))) for each in (one, other)))
    except (OSError, AttributeError) as error:  # a C library that has no such call
        if getattr(error, "errno", None) == errno.EXDEV:
            return (
                f"{one} and {other} are on two file systems, as the volumes of two containers are,"
                " and nothing changes its place between them in one step"
            )
        return f"folders in {one} and {other} cannot change their places: {error}"
    return ""
