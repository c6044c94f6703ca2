"""Kill and hold down, pause, crash, rolling restart: faults by signals."""

import signal
from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import Crash, Halt, Kill, Pause, RollingRestart
from seatrial.runtimes.local import processes
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.replicas import chosen


def plan(action: Kill | Pause | Crash | Halt | RollingRestart, fleet: Fleet) -> Mapping[str, Any]:
    """How to undo it; what mends itself may have been broken off halfway.

    Raises RuntimeFailure for a replica that is not there: its undo could never be carried out.
    """
    count = fleet.replicas(action.workload)
    if isinstance(action, Halt | RollingRestart):
        return {"kind": "start", "workload": action.workload, "replica": None}
    chosen(action.workload, action.replica, count)
    replica = {"workload": action.workload, "replica": action.replica}
    kinds = {Kill: "release", Pause: "continue", Crash: "continue"}
    return {"kind": kinds[type(action)], **replica}


def act(action: Kill | Pause | Crash | Halt | RollingRestart, fleet: Fleet) -> None:
    """Carry it out; returns when it is complete."""
    if isinstance(action, RollingRestart):
        for replica in range(fleet.replicas(action.workload)):
            fleet.restart(action.workload, replica, away=action.away)
        return
    if isinstance(action, Halt):
        fleet.stop(action.workload)
        return
    which = chosen(action.workload, action.replica, fleet.replicas(action.workload))
    for replica in which:
        if isinstance(action, Kill):
            held = fleet.home.held(action.workload, replica)
            held.parent.mkdir(parents=True, exist_ok=True)
            held.touch()
        pid = fleet.pid(action.workload, replica)
        if pid is None:
            continue
        if isinstance(action, Pause):
            processes.send(processes.tree(pid), signal.SIGSTOP)
        else:
            processes.kill(pid)
    if isinstance(action, Crash):
        for replica in which:
            fleet.wait_ready(action.workload, replica)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Release what is held down, continue what is stopped, start what was not started again.

    Returns when it is ready. A replica that is no longer wanted took its fault with it.
    """
    there = range(fleet.replicas(entry["workload"]))
    which = [each for each in there if entry["replica"] in {None, each}]
    for replica in which:
        if entry["kind"] == "release":
            fleet.home.held(entry["workload"], replica).unlink(missing_ok=True)
        pid = fleet.pid(entry["workload"], replica)
        if pid is not None:
            # a kill stops the tree first: who is killed in between leaves it stopped
            processes.send(processes.tree(pid), signal.SIGCONT)
    if entry["kind"] == "start":
        fleet.start(entry["workload"])
    for replica in which:
        fleet.wait_ready(entry["workload"], replica)
