"""Process trees: who belongs to a replica, and signals to all of them."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import psutil

from seatrial.runtimes.local.belonging import belonging, replica_of
from seatrial.runtimes.local.home import Home

_ROUNDS = 3
_GONE = (psutil.NoSuchProcess, ProcessLookupError)


def apart(home: Home) -> Mapping[Path, list[psutil.Process]]:
    """Who stands in a replica's folder, by that folder.

    Who keeps a server, as Patroni does, starts it so that it lives on when its keeper ends: it has
    another parent, and is of the replica all the same. Never this process, one above it, or one
    that it runs there.
    """
    own = psutil.Process()
    ours = {own.pid, *(each.pid for each in (*own.parents(), *own.children(recursive=True)))}
    found: dict[Path, list[psutil.Process]] = {}
    for each in psutil.process_iter():
        if each.pid in ours:
            continue
        for folder in replica_of(each, home):
            found.setdefault(folder, []).append(each)
    return found


def tree(pid: int | None, beside: Iterable[psutil.Process] = ()) -> list[psutil.Process]:
    """A process and all its descendants, children that left its group and those `beside` too."""
    found: dict[int, psutil.Process] = {}
    for each in (*(_roots(pid) if pid is not None else ()), *beside):
        with contextlib.suppress(*_GONE):
            found |= {one.pid: one for one in (each, *each.children(recursive=True))}
    return list(found.values())


def _roots(pid: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(*_GONE):
        yield psutil.Process(pid)


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Signal each; those that are gone meanwhile are no error."""
    for each in processes:
        with contextlib.suppress(*_GONE, PermissionError):
            each.send_signal(number)


def kill(found: Callable[[], list[psutil.Process]]) -> None:
    """SIGKILL all that is found; stopped first, so that nothing is forked behind our back."""
    first = found()
    send(first, signal.SIGSTOP)
    every = found() or first
    send(every, signal.SIGKILL)
    psutil.wait_procs(every, timeout=5)


def memory(found: Iterable[psutil.Process]) -> int | None:
    """Resident bytes of all of them; shared pages are counted once a process."""
    total = 0
    for each in found:
        with contextlib.suppress(*_GONE, psutil.AccessDenied):
            total += each.memory_info().rss
    return total or None


def cpu(found: Iterable[psutil.Process]) -> float | None:
    """Processor seconds that all of them have used, of those that still live."""
    times: list[float] = []
    for each in found:
        with contextlib.suppress(*_GONE, psutil.AccessDenied):
            used = each.cpu_times()
            times.append(used.user + used.system)
    return round(sum(times), 2) if times else None


def stopped(pid: int) -> bool:
    """Whether the process is stopped by a signal."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except _GONE:
        return False


def end(processes: list[psutil.Process], grace: float) -> list[psutil.Process]:
    """SIGCONT and SIGTERM, then SIGKILL after `grace` seconds; those that live on."""
    send(processes, signal.SIGCONT)
    send(processes, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=grace)
    send(alive, signal.SIGKILL)
    _, alive = psutil.wait_procs(alive, timeout=5)
    time.sleep(0)
    return list(alive)


def end_all(home: Home, grace: float) -> list[psutil.Process]:
    """End what belongs to a home, and what that started while it was ended; what lives on."""
    for _ in range(_ROUNDS):
        found = belonging(home)
        if not found:
            return []
        end(found, grace)
    return belonging(home)
