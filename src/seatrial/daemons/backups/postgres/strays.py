"""What an earlier life of the daemon, killed, has left running: it must not write beside us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_WITHIN = 20.0
_PAUSE = 0.05


def left(config: Path, copies: Path) -> Iterator[tuple[int, signal.Signals]]:
    """Processes, each with the signal that ends it at once.

    pgBackRest's name our own configuration among their words, its workers, too; the store's server
    archives by another one. A copy's server stands in its data folder.
    """
    word = f"--config={config}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            pid = int(folder.name)
            if word in (folder / "cmdline").read_bytes().split(b"\0") and pid != os.getpid():
                yield pid, signal.SIGKILL
            elif (folder / "comm").read_text() == "postgres\n" and (
                folder / "cwd"
            ).resolve().is_relative_to(copies.resolve()):
                yield pid, signal.SIGQUIT


async def ended(config: Path, copies: Path) -> bool:
    """End them, and wait until they are gone; whether they are, after a while."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _WITHIN
    while found := [each for each in left(config, copies) if _runs(each[0])]:
        if loop.time() > until:
            return False
        for pid, how in found:
            with contextlib.suppress(OSError):
                os.kill(pid, how)
        await asyncio.sleep(_PAUSE)
    return True


def _runs(pid: int) -> bool:
    """Whether it can still write: a zombie cannot."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
