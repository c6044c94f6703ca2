"""The processes that a browser is made of: that none outlives its prober, and what they take.

A browser detaches itself from who starts it, so that neither a group nor a session holds all of
it. This process takes in whoever of its descendants lost their parents (prctl(2),
PR_SET_CHILD_SUBREAPER; Linux), and ends them all before it ends.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from contextlib import suppress

import psutil

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_AT_MOST_S = 5.0
DRIVER = "node"  # asyncio began it, and waits for it


def adopt() -> None:
    """From now on whoever below loses its parent is ours."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)


def end(but: str = "") -> None:
    """Kill every descendant, and who comes meanwhile; `but` is how names begin that are spared."""
    deadline = time.monotonic() + _AT_MOST_S
    while (found := _named(but)) and time.monotonic() < deadline:
        for each in found:
            with suppress(psutil.Error):
                each.kill()
        psutil.wait_procs(found, timeout=0.2)


def bury() -> None:
    """Take leave of those that ended and that we took in; others wait for their own children."""
    with suppress(psutil.Error):
        for each in psutil.Process().children():
            with suppress(psutil.Error, ChildProcessError):
                if each.status() == psutil.STATUS_ZOMBIE and not each.name().startswith(DRIVER):
                    os.waitpid(each.pid, os.WNOHANG)


def driven() -> bool:
    """Whether what drives the browser is there; who waits for its answer may never be told."""
    for each in _below():
        with suppress(psutil.Error):
            if each.name().startswith(DRIVER):
                return True
    return False


def memory() -> int:
    """Bytes that all of them hold, what they share counted once."""
    total = 0
    for each in (psutil.Process(), *_below()):
        with suppress(psutil.Error):
            total += _held(each)
    return total


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):  # another system, or another's process
        return int(process.memory_info().rss)


def _named(but: str) -> list[psutil.Process]:
    found = []
    for each in _below():
        with suppress(psutil.Error):
            if not but or not each.name().startswith(but):
                found.append(each)
    return found


def _below() -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [
            each
            for each in psutil.Process(os.getpid()).children(recursive=True)
            if each.status() != psutil.STATUS_ZOMBIE
        ]
    return []
