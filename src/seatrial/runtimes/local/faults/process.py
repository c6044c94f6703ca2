"""Kill and hold down, pause, stutter, crash, rolling restart: faults by signals."""

import signal
from collections.abc import Mapping
from typing import Any

import psutil

from seatrial.contract.action import Crash, Halt, Kill, Pause, ProcessFault, RollingRestart, Stutter
from seatrial.runtimes.local import processes
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.beats import Beats
from seatrial.runtimes.shared.replicas import chosen


def plan(action: ProcessFault, fleet: Fleet) -> Mapping[str, Any]:
    """How to undo it; what mends itself may have been broken off halfway.

    Raises RuntimeFailure for a replica that is not there: its undo could never be carried out.
    """
    count = fleet.replicas(action.workload)
    if isinstance(action, Halt | RollingRestart):
        return {"kind": "start", "workload": action.workload, "replica": None}
    chosen(action.workload, action.replica, count)
    replica = {"workload": action.workload, "replica": action.replica}
    kinds = {Kill: "release", Pause: "continue", Stutter: "continue", Crash: "continue"}
    return {"kind": kinds[type(action)], **replica}


def act(action: ProcessFault, fleet: Fleet, beats: Beats) -> None:
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
        _strike(action, replica, fleet, beats)
    if isinstance(action, Crash):
        for replica in which:
            fleet.wait_ready(action.workload, replica)


def _strike(
    action: Kill | Pause | Stutter | Crash, replica: int, fleet: Fleet, beats: Beats
) -> None:
    if isinstance(action, Kill):
        held = fleet.home.held(action.workload, replica)
        held.parent.mkdir(parents=True, exist_ok=True)
        held.touch()
    match action:
        case Stutter():
            _stutter(action, replica, fleet.family(action.workload, replica), beats)
        case Pause():
            processes.send(fleet.family(action.workload, replica), signal.SIGSTOP)
        case Kill() | Crash():
            processes.kill(lambda: fleet.family(action.workload, replica))


def _stutter(action: Stutter, replica: int, found: list[psutil.Process], beats: Beats) -> None:
    beats.begin(
        (action.workload, replica),
        action,
        stop=lambda: processes.send(found, signal.SIGSTOP),
        go=lambda: processes.send(found, signal.SIGCONT),
    )


def undo(entry: Mapping[str, Any], fleet: Fleet, beats: Beats) -> None:
    """Release what is held down, continue what is stopped, start what was not started again.

    Returns when it is ready. A replica that is no longer wanted took its fault with it.
    """
    there = range(fleet.replicas(entry["workload"]))
    which = [each for each in there if entry["replica"] in {None, each}]
    for replica in which:
        beats.end((entry["workload"], replica))
        if entry["kind"] == "release":
            fleet.home.held(entry["workload"], replica).unlink(missing_ok=True)
        # a kill stops the family first: who is killed in between leaves it stopped
        processes.send(fleet.family(entry["workload"], replica), signal.SIGCONT)
    if entry["kind"] == "start":
        fleet.start(entry["workload"])
    for replica in which:
        fleet.wait_ready(entry["workload"], replica)
