"""Signals to a container's first process, behind the engine's back where that can be had.

Whatever signal the engine is asked to send, it takes for an order to end: a container that was
told to read its files again would not be started again when it dies later.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.engine import Engine


def tell(engine: Engine, name: str, word: str) -> None:
    """Send a signal (`HUP`) to a container that runs, as an order only where nothing else can."""
    found = engine.inspect(name)
    if found is None:
        return
    if send_here(int(found["State"]["Pid"]), str(found["Id"]), signal.Signals[f"SIG{word}"]):
        return
    with suppress(RuntimeFailure):  # an image without a shell
        if execute(engine, name, ("sh", "-c", f"kill -{word} 1")).status == 0:
            return
    engine.signal(name, f"SIG{word}")


def send_here(pid: int, container: str, number: signal.Signals) -> bool:
    """Whether the process is on this machine, is the container's, and was sent the signal.

    0 is the pid of a container that has ended, and would mean our own process group.
    """
    if pid <= 1 or not hasattr(os, "pidfd_open"):
        return False
    try:
        handle = os.pidfd_open(pid)  # the number may be given anew; what this names may not
    except OSError:
        return False
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii", errors="replace")
        if container not in groups:
            return False
        signal.pidfd_send_signal(handle, number)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
