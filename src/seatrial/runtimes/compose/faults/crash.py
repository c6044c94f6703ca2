"""A crash: the container's first process is killed behind the engine's back.

`docker kill` is an order to the engine, which then leaves the container down. Only a death that
nobody ordered brings the restart policy into play. From the engine's own machine that is SIGKILL to
the process as the machine numbers it; from elsewhere, SIGKILL from inside to all but the first one.
"""

import time
from contextlib import suppress
from signal import SIGKILL

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.compose.signals import send_here

_WITHIN = 10.0


def crash(workload: str, replica: int, fleet: Fleet) -> None:
    """Kill the container's init; returns when it died. Raises RuntimeFailure where nobody may."""
    name = fleet.name(workload, replica)
    found = fleet.engine.inspect(name)
    if found is None or not fleet.runs(workload, replica):
        return
    if not send_here(int(found["State"]["Pid"]), str(found["Id"]), SIGKILL):
        _kill_inside(workload, name, fleet)
    until = time.monotonic() + _WITHIN
    while _begun(workload, replica, fleet) == found["State"]["StartedAt"]:
        if time.monotonic() > until:
            raise RuntimeFailure(f"{workload} did not die of SIGKILL within {_WITHIN:.0f} s")
        time.sleep(0.05)


def _begun(workload: str, replica: int, fleet: Fleet) -> str:
    """When it began; empty while it is down."""
    state = fleet.state(workload, replica)
    return str(state["StartedAt"]) if state.get("Running") else ""


def _kill_inside(workload: str, name: str, fleet: Fleet) -> None:
    """The init ends with what it started: the engine sees a container that died by itself."""
    reason = ""
    with suppress(RuntimeFailure):
        done = execute(fleet.engine, name, ("sh", "-c", "kill -KILL -1"))
        # the command dies of it, too
        reason = done.stderr if done.status not in {0, 137} else ""
        if done.status in {0, 137}:
            return
    raise RuntimeFailure(
        f"{workload} cannot be crashed: its process is not on this machine, and its image has no"
        f" shell that could kill it {reason}".rstrip(),
        "run seatrial on the engine's own machine, as root",
    )
