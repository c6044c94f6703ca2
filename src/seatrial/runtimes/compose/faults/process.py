"""Kill, crash, pause, stutter, halt, rolling restart: faults of a container's processes."""

import time
from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import Crash, Halt, Kill, Pause, ProcessFault, RollingRestart, Stutter
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.faults import crash
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.beats import Beats
from seatrial.runtimes.shared.faults import unsure
from seatrial.runtimes.shared.replicas import chosen

_GONE_WITHIN = 5.0


def plan(action: ProcessFault, fleet: Fleet) -> Mapping[str, Any]:
    """How to undo it; what mends itself may have been broken off halfway.

    Raises RuntimeFailure for a replica that is not there: its undo could never be carried out.
    """
    count = fleet.replicas(action.workload)
    if isinstance(action, Halt | RollingRestart):
        return {"kind": "start", "workload": action.workload, "replica": None}
    chosen(action.workload, action.replica, count)
    kinds = {Kill: "release", Pause: "continue", Stutter: "continue", Crash: "start"}
    return {
        "kind": kinds[type(action)],
        "workload": action.workload,
        "replica": action.replica,
    }


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
    match action:
        case Kill():
            _kill(action.workload, replica, fleet)
        case Stutter():
            _stutter(action, replica, fleet, beats)
        case Pause():
            if fleet.runs(action.workload, replica):
                fleet.engine.pause(fleet.name(action.workload, replica))
        case Crash():
            crash.crash(action.workload, replica, fleet)


def _stutter(action: Stutter, replica: int, fleet: Fleet, beats: Beats) -> None:
    name = fleet.name(action.workload, replica)
    if fleet.runs(action.workload, replica):
        beats.begin(
            (action.workload, replica),
            action,
            stop=lambda: fleet.engine.pause(name),
            go=lambda: fleet.engine.unpause(name),
        )


def _kill(workload: str, replica: int, fleet: Fleet) -> None:
    """SIGKILL by the engine itself, which then does not start it again.

    Raises RuntimeFailure for a container that runs on.
    """
    name = fleet.name(workload, replica)
    # Podman would start it again; between two attempts of its restart policy no signal reaches it
    if fleet.engine.client.podman or not fleet.engine.signal(name, "SIGKILL"):
        fleet.engine.stop(name, 0)
    until = time.monotonic() + _GONE_WITHIN
    while fleet.state(workload, replica).get("Running"):
        if time.monotonic() > until:
            raise RuntimeFailure(
                f"{workload} still runs {_GONE_WITHIN:g} s after it was killed",
                f"see `docker inspect {name}`, and whether the engine is overloaded",
            )
        time.sleep(0.02)


def undo(entry: Mapping[str, Any], fleet: Fleet, beats: Beats) -> None:
    """Let go on what is frozen, start what is down; returns when it is ready.

    A replica without a container took its fault with it. One that runs although its seatrial was
    killed meanwhile is stopped first: the engine may still be about to end it, and does not say so.
    So is one that ended by itself until now: the engine would wait for up to a minute.
    """
    there = fleet.there(entry["workload"])
    which = [each for each in there if entry["replica"] in {None, each}]
    for replica in which:
        beats.end((entry["workload"], replica))
        name, state = (
            fleet.name(entry["workload"], replica),
            fleet.state(entry["workload"], replica),
        )
        if state.get("Paused"):
            fleet.engine.unpause(name)
        ending = unsure(entry) and state.get("Running")
        if entry["kind"] != "continue" and (ending or state.get("Restarting")):
            fleet.halt(entry["workload"], replica)
        # of what was frozen, too: an engine that crashed leaves it down
        if entry["kind"] != "continue" or not state.get("Running"):
            fleet.engine.start(name)
    for replica in which:
        fleet.wait_ready(entry["workload"], replica)
