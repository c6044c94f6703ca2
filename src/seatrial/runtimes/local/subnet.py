"""A /16 of loopback addresses for one system, which no other one of this machine has."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import FIRST, LAST

NAME = "subnet.json"


def reserve(home: Home, first: int) -> None:
    """Take the first free N of 127.N.0.0/16 from `first` on, and keep it until `down`.

    Free is what nobody listens in; what another system keeps that does not run now is taken last.
    Raises RuntimeFailure when none is free.
    """
    if isinstance(home.read(NAME), int):
        return
    with _choosing(home.path.parent):
        choice = choose(first, listening=_listening(), kept=_kept(home.path.parent))
        home.write(NAME, choice)


def choose(first: int, *, listening: set[int], kept: set[int]) -> int:
    """The subnet to take, purely. Raises RuntimeFailure."""
    span = LAST - FIRST
    choices = [FIRST + (first - FIRST + each) % span for each in range(span)]
    free = [each for each in choices if each not in listening]
    if not free:
        raise RuntimeFailure("every loopback subnet is in use", "stop a system that runs here")
    return next((each for each in free if each not in kept), free[0])


def _listening() -> set[int]:
    """Where somebody listens; connections that merely wait for their end are nobody's."""
    return {
        int(at.ip.split(".")[1])
        for each in psutil.net_connections("tcp4")
        if (at := each.laddr) and each.status == psutil.CONN_LISTEN and at.ip.startswith("127.")
    }


def _kept(states: Path) -> set[int]:
    found = (Home(folder).read(NAME) for folder in states.iterdir() if folder.is_dir())
    return {each for each in found if isinstance(each, int)}


@contextlib.contextmanager
def _choosing(states: Path) -> Iterator[None]:
    """One system at a time chooses: two that begin together must not agree."""
    states.mkdir(parents=True, exist_ok=True)
    folder = os.open(states, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
