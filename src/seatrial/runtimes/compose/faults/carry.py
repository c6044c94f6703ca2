"""From an action to the family that carries it out, and back from its journalled undo."""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.contract.action import (
    Action,
    AlterFile,
    Crash,
    CutEdge,
    EmptyVolume,
    ExhaustMemory,
    FillDisk,
    Halt,
    Kill,
    Pause,
    Request,
    ResetEdge,
    RollingRestart,
    SlowEdge,
)
from seatrial.runtimes.compose.faults import disk, files, memory, process
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared import edges, requests


def plan(action: Action, fleet: Fleet) -> Mapping[str, Any]:
    """The undo of an action, as data."""
    match action:
        case Kill() | Pause() | Crash() | Halt() | RollingRestart():
            return process.plan(action, fleet)
        case CutEdge() | SlowEdge() | ResetEdge():
            return edges.plan(action, fleet.placement)
        case FillDisk() | EmptyVolume():
            return disk.plan(action, fleet)
        case ExhaustMemory():
            return memory.plan(action, fleet)
        case AlterFile():
            return files.plan(action, fleet)
        case Request():
            return requests.plan(action)


def act(
    action: Action, undo: Mapping[str, Any], fleet: Fleet, send: requests.Send
) -> Mapping[str, Any]:
    """Carry it out; the undo, completed by what was learned on the way."""
    match action:
        case Kill() | Pause() | Crash() | Halt() | RollingRestart():
            process.act(action, fleet)
        case CutEdge() | SlowEdge() | ResetEdge():
            edges.act(action, fleet.placement, send)
        case FillDisk():
            disk.act(action, undo, fleet)
        case EmptyVolume():
            disk.empty(action, fleet)
        case ExhaustMemory():
            memory.act(action, undo, fleet)
        case AlterFile():
            files.act(action, fleet)
        case Request():
            return requests.act(action, undo, send)
    return undo


def undo(entry: Mapping[str, Any], fleet: Fleet, send: requests.Send) -> None:
    """Carry out a journalled undo; harmless when repeated.

    A workload that is no longer there took with it what was done to it.
    """
    if entry.get("workload", "") and entry["workload"] not in fleet.workloads:
        return
    kinds: dict[str, Callable[[], None]] = {
        "none": lambda: None,
        "release": lambda: process.undo(entry, fleet),
        "start": lambda: process.undo(entry, fleet),
        "continue": lambda: process.undo(entry, fleet),
        "edges": lambda: edges.undo(entry, send),
        "fill": lambda: disk.undo(entry, fleet),
        "hog": lambda: memory.undo(entry, fleet),
        "file": lambda: files.undo(entry, fleet),
        "request": lambda: requests.undo(entry, send),
    }
    kinds[entry["kind"]]()


def held(pending: list[tuple[str, str, Mapping[str, Any]]], fleet: Fleet) -> frozenset[str]:
    """The containers that a fault in place holds down."""
    found: set[str] = set()
    for _, _, entry in pending:
        if entry["kind"] in {"release", "start"} and entry["workload"] in fleet.workloads:
            replica = entry["replica"]
            which = range(fleet.replicas(entry["workload"])) if replica is None else [replica]
            found |= {fleet.name(entry["workload"], each) for each in which}
    return frozenset(found)
