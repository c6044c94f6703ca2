"""What an earlier life of the daemon, killed, has left running: it must not write beside us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

_WITHIN = 20.0
_PAUSE = 0.05


def left(
    word: str, program: str, copies: Path, ends: signal.Signals
) -> Iterator[tuple[int, signal.Signals]]:
    """Processes, each with the signal that ends it at once.

    What takes or restores a backup has `word` among its own, or in its environment, its workers,
    too; the store's server has not. A copy's server is the `program` that stands below the folder
    of copies, and `ends`.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            pid = int(folder.name)
            words = (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
            if word.encode() in words.split(b"\0") and pid != os.getpid():
                yield pid, signal.SIGKILL
            elif (folder / "comm").read_text() == f"{program}\n" and (
                folder / "cwd"
            ).resolve().is_relative_to(copies.resolve()):
                yield pid, ends


async def ended(
    word: str, program: str, copies: Path, ends: signal.Signals = signal.SIGKILL
) -> bool:
    """End them, and wait until they are gone; whether they are, after a while."""
    return await _gone(lambda: left(word, program, copies, ends))


async def called(*words: str) -> bool:
    """End whatever has all these words in its command line; whether it is gone, after a while."""
    wanted = {each.encode() for each in words}

    def found() -> Iterator[tuple[int, signal.Signals]]:
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if wanted <= set((folder / "cmdline").read_bytes().split(b"\0")):
                    yield int(folder.name), signal.SIGTERM

    return await _gone(found)


async def _gone(find: Callable[[], Iterator[tuple[int, signal.Signals]]]) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + _WITHIN
    while found := [each for each in find() if _runs(each[0])]:
        if loop.time() > until:
            return False
        for pid, how in found:
            with contextlib.suppress(OSError):
                os.kill(pid, how)
        await asyncio.sleep(_PAUSE)
    return True


def serves(program: str, folder: Path) -> bool:
    """Whether a server runs in a folder: the `program`, which stands there."""
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, own = (each / "comm").read_text(), (each / "cwd").resolve()
            if name == f"{program}\n" and own == folder.resolve() and _runs(int(each.name)):
                return True
    return False


def _runs(pid: int) -> bool:
    """Whether it can still write: a zombie cannot."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
