"""Down: nothing is left, also when half of it was killed by hand."""

import contextlib
import os
import shutil
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path

from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.local import cgroups, processes
from seatrial.runtimes.local.durable import NAME, noted
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.supervisor import Supervisor

GRACE = 12.0
# what data needs to be readable again, earlier evidence, and which data that is
_KEPT = ("secrets", "kept", NAME)


def down(home: Home, *, purge: bool, progress: Callable[[Progress], None]) -> None:
    """Stop everything, then remove everything but what was noted to be durable.

    Raises RuntimeFailure with what could not be removed.
    """
    began = time.monotonic()
    # a Fault: it is shutting down already, as an earlier `down` told it
    with contextlib.suppress(RuntimeFailure, xmlrpc.client.Fault):
        # all at once: a shutdown alone ends one program after the other, each with its own grace
        Supervisor(home).call("supervisor.stopAllProcesses", False)  # noqa: FBT003 - do not wait
        Supervisor(home).call("supervisor.shutdown")
        _wait_gone(home)
    left = processes.end_all(home, GRACE)
    groups = cgroups.remove(home.path.name)
    progress(
        Progress(
            subject="processes",
            phase="stopped",
            done=not left and not groups,
            seconds=time.monotonic() - began,
        )
    )
    if left or groups:
        names = ", ".join([f"pid {each.pid}" for each in left] + groups)
        raise RuntimeFailure(f"still there: {names}", "look with `ps`, then run it again")
    began = time.monotonic()
    durable = tuple(each for each in noted(home) if each.exists())
    everything = purge or not durable
    if everything:
        shutil.rmtree(home.path, ignore_errors=True)
    else:
        _clear(home.path, (*durable, *(home.path / each for each in _KEPT)))
    if everything and home.path.exists():
        raise RuntimeFailure(f"{home.path} could not be removed", "see who owns what is in it")
    progress(
        Progress(subject="files", phase="removed", done=True, seconds=time.monotonic() - began)
    )


def _wait_gone(home: Home) -> None:
    """Supervisord ends its children first, each with its own grace."""
    deadline = time.monotonic() + GRACE * 2
    while home.socket.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _clear(folder: Path, keep: tuple[Path, ...]) -> None:
    """Remove what is neither kept nor on the way to something kept."""
    ways = {parent for each in keep for parent in each.parents}
    for child in folder.iterdir():
        if child in keep:
            continue
        if child in ways:
            _clear(child, keep)
        elif child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(child)  # noqa: PTH108 - sockets too
