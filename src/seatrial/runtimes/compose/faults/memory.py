"""Exhaust the memory of a limited replica, from inside its own container."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from seatrial.contract.action import ExhaustMemory
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.fleet import Fleet

_PID = "/tmp/.seatrial-hog"  # noqa: S108 - in the container, and gone with its restart
# a line that never ends must be kept whole: every `tail` grows by it
_HOG = ("sh", "-c", f"echo $$ > {_PID}; exec tail /dev/zero")
_STOP = ("sh", "-c", f"[ ! -e {_PID} ] || {{ kill -KILL $(cat {_PID}); rm -f {_PID}; }}")


def plan(action: ExhaustMemory, fleet: Fleet) -> Mapping[str, Any]:
    """The replicas whose hogs must go. Raises RuntimeFailure without a limit."""
    count = fleet.replicas(action.workload)
    if fleet.workload(action.workload).resources.memory is None:
        raise RuntimeFailure(
            f"{action.workload} has no memory limit here",
            "add limits to it; without one the machine's own memory would go",
        )
    which = list(range(count)) if action.replica is None else [action.replica]
    return {"kind": "hog", "workload": action.workload, "replicas": which}


def act(action: ExhaustMemory, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Start a hog in each container; the kernel chooses whom it kills."""
    for replica in entry["replicas"]:
        name = fleet.name(action.workload, replica)
        with failures(f"exhausting the memory of {action.workload}"):
            made = fleet.engine.api.exec_create(name, list(_HOG))
            fleet.engine.api.exec_start(made["Id"], detach=True)
    time.sleep(0.2)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Kill the hogs that still live."""
    for replica in entry["replicas"]:
        if fleet.runs(entry["workload"], replica):
            with suppress(RuntimeFailure):  # it restarts just now, and its hog is gone
                execute(fleet.engine, fleet.name(entry["workload"], replica), _STOP)
