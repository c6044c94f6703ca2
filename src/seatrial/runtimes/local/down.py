"""Down: nothing is left, also when half of it was killed by hand."""

import contextlib
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path

from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.local import cgroups, processes
from seatrial.runtimes.local.durable import NAME, noted
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.supervisor import Supervisor
from seatrial.runtimes.shared.clear import clear

GRACE = 12.0
# what data needs to be readable again, earlier evidence, and which data that is
_KEPT = ("secrets", "kept", NAME)


def down(
    home: Home,
    *,
    purge: bool,
    progress: Callable[[Progress], None],
    keep: tuple[Path, ...] = (),
) -> None:
    """Stop everything, then remove everything but what was noted to be durable.

    `keep` stays beside durable data, and goes where there is none. Raises RuntimeFailure
    with what could not be removed.
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
    kept = (*durable, *(home.path / each for each in _KEPT), *keep)
    clear(home.path, () if everything else kept)
    home.socket.unlink(missing_ok=True)
    progress(
        Progress(subject="files", phase="removed", done=True, seconds=time.monotonic() - began)
    )


def _wait_gone(home: Home) -> None:
    """Supervisord ends its children first, each with its own grace."""
    deadline = time.monotonic() + GRACE * 2
    while home.socket.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
