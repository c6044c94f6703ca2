"""One command at a time: a lock file that says who holds it."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from seatrial.contract.runtime import RuntimeFailure


@contextmanager
def locked(path: Path, command: str) -> Iterator[None]:
    """Hold the lock; raises RuntimeFailure that names the holder.

    The kernel lets go of it when the holder dies, however it dies.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _taken(path) as file:
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "command": command}))
        file.flush()
        try:
            yield
        finally:
            # before it is let go of: a refused command must not litter the state's folder
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()


def _taken(path: Path) -> IO[str]:
    """The file, locked. One that its holder removed meanwhile is nobody's lock: then the next."""
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = _holder(file.read())
            file.close()
            raise RuntimeFailure(
                f"{holder} is at work on this system",
                "wait until it is done, or stop it and run `seatrial undo`",
            ) from error
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"`seatrial {holder['command']}` (pid {holder['pid']})"
    except (ValueError, KeyError, TypeError):
        return "another seatrial"
