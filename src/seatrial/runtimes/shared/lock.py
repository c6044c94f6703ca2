"""One command at a time: a lock file that says who holds it."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from seatrial.contract.runtime import RuntimeFailure


@contextmanager
def locked(path: Path, command: str) -> Iterator[None]:
    """Hold the lock; raises RuntimeFailure that names the holder.

    The kernel lets go of it when the holder dies, however it dies. Whoever the holder has started
    does its work: a command that a drill follows is let through.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = _taken(path)
    if taken is None:
        yield
        return
    with taken as file:
        file.truncate(0)
        file.write(json.dumps(_Holder(command, os.getpid(), psutil.Process().create_time()).told))
        file.flush()
        try:
            yield
        finally:
            # before it is let go of: a refused command must not litter the state's folder
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()


def _taken(path: Path) -> IO[str] | None:
    """The file, locked; None where who holds it has started this process.

    One that its holder removed meanwhile is nobody's lock: then the next.
    """
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = _holder(file.read())
            file.close()
            if holder is not None and holder.started_us:
                return None
            raise RuntimeFailure(
                f"{holder or 'another seatrial'} is at work on this system",
                f"wait until it is done, or stop it and {_after(holder)}",
            ) from error
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()


def _after(holder: "_Holder | None") -> str:
    """What to do about what a command has left that was stopped."""
    if holder is not None and holder.command == "failover":
        return "look with `seatrial failover`"  # of a move nothing is undone
    return "run `seatrial undo`"


@dataclass(frozen=True, slots=True)
class _Holder:
    command: str
    pid: int
    began: float  # a number comes back, also in another container

    @property
    def told(self) -> dict[str, object]:
        return {"pid": self.pid, "command": self.command, "began": self.began}

    @property
    def started_us(self) -> bool:
        return any(
            each.pid == self.pid and each.create_time() == self.began
            for each in psutil.Process().parents()
        )

    def __str__(self) -> str:
        return f"`seatrial {self.command}` (pid {self.pid})"


def _holder(text: str) -> _Holder | None:
    """What it says of itself; None while it is writing that."""
    try:
        told = json.loads(text)
        return _Holder(told["command"], int(told["pid"]), float(told["began"]))
    except (ValueError, KeyError, TypeError):
        return None
