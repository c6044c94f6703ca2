"""Process trees: who belongs to a replica, and signals to all of them."""

import contextlib
import signal
import time

import psutil

from seatrial.runtimes.local.belonging import belonging
from seatrial.runtimes.local.home import Home

_ROUNDS = 3
_GONE = (psutil.NoSuchProcess, ProcessLookupError)


def tree(pid: int) -> list[psutil.Process]:
    """A process and all its descendants, children that left its group included."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except _GONE:
        return []


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Signal each; those that are gone meanwhile are no error."""
    for each in processes:
        with contextlib.suppress(*_GONE, PermissionError):
            each.send_signal(number)


def kill(pid: int) -> None:
    """SIGKILL a whole tree; stopped first, so that nothing is forked behind our back."""
    found = tree(pid)
    send(found, signal.SIGSTOP)
    found = tree(pid) or found
    send(found, signal.SIGKILL)
    psutil.wait_procs(found, timeout=5)


def memory(pid: int) -> int | None:
    """Resident bytes of a whole tree; shared pages are counted once a process."""
    total = 0
    for each in tree(pid):
        with contextlib.suppress(*_GONE, psutil.AccessDenied):
            total += each.memory_info().rss
    return total or None


def cpu(pid: int) -> float | None:
    """Processor seconds that a whole tree has used, of those that still live."""
    found: list[float] = []
    for each in tree(pid):
        with contextlib.suppress(*_GONE, psutil.AccessDenied):
            used = each.cpu_times()
            found.append(used.user + used.system)
    return round(sum(found), 2) if found else None


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
