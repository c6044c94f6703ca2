"""From an action to the family that carries it out, and back from its journalled undo.

Edges and requests are the same on every runtime; processes, volumes, memory and files are each
runtime's own, and are handed in.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from seatrial.contract.action import (
    Action,
    AlterFile,
    BreakEdge,
    Crash,
    CutEdge,
    Disconnect,
    EmptyVolume,
    Execute,
    ExhaustMemory,
    FillDisk,
    Follow,
    Halt,
    Kill,
    LosePackets,
    Misprint,
    Pause,
    ProcessFault,
    Reopen,
    Request,
    ResetEdge,
    RollingRestart,
    SlowEdge,
    Stutter,
    WriteHostLine,
    WriteLines,
)
from seatrial.contract.placement import Placement
from seatrial.runtimes.shared import answering, edges, requests
from seatrial.runtimes.shared.faults import Carrier, Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of faults on one runtime: the undo as data, the act, the undo carried out.

    `plan` changes nothing; `act` gives the undo completed by what it learned, or None where that is
    nothing; `undo` is harmless when repeated. All raise RuntimeFailure. A family is only ever given
    its own actions.
    """

    plan: Callable[[Any], Undo]
    act: Callable[[Any, Undo], Undo | None]
    undo: Callable[[Undo], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """What a runtime does in its own way."""

    process: Family
    disk: Family
    memory: Family
    files: Family
    network: Family
    output: Family
    host: Family
    command: Family
    pages: Family
    bundles: Family


def carrier(
    own: Families,
    workloads: Collection[str],
    placement: Placement,
    request: requests.Send,
    known: requests.Known,
) -> Carrier:
    """How faults are carried out on `workloads`, those that are there now.

    `known` gives the secrets that a request's headers name.
    """
    send = requests.revealing(request, known)

    def plan(action: Action) -> Undo:
        match action:
            case CutEdge() | SlowEdge() | ResetEdge() | BreakEdge():
                return edges.plan(action, placement)
            case Request():
                return requests.plan(action)
        return _family(own, action).plan(action)

    def act(action: Action, planned: Undo) -> Undo:
        match action:
            case CutEdge() | SlowEdge() | ResetEdge() | BreakEdge():
                edges.act(action, placement, send)
            case Request():
                return requests.act(action, planned, send)
            case _:
                return _family(own, action).act(action, planned) or planned
        return planned

    def undo(entry: Undo) -> None:
        # a workload that is no longer there took with it what was done to it
        if entry.get("workload", "") in {"", *workloads}:
            undone[entry["kind"]](entry)

    undone: dict[str, Callable[[Undo], None]] = {
        "release": own.process.undo,
        "start": own.process.undo,
        "continue": own.process.undo,
        "fill": own.disk.undo,
        "none": lambda _entry: None,  # what is lost is lost
        "hog": own.memory.undo,
        "file": own.files.undo,
        "disconnect": own.network.undo,
        "loss": own.network.undo,
        "command": own.command.undo,
        "follow": own.pages.undo,
        "misprint": own.pages.undo,
        "reopen": own.bundles.undo,
        "edges": lambda entry: edges.undo(entry, send),
        "request": lambda entry: requests.undo(entry, send),
    }

    def choose(action: Action) -> Action:
        return answering.chosen(action, lambda name: len(placement.of(name)), send)

    return Carrier(plan=plan, act=act, undo=undo, choose=choose)


def _family(  # noqa: C901 - one case a family
    own: Families,
    action: ProcessFault
    | FillDisk
    | EmptyVolume
    | ExhaustMemory
    | AlterFile
    | Disconnect
    | LosePackets
    | WriteLines
    | WriteHostLine
    | Execute
    | Follow
    | Misprint
    | Reopen,
) -> Family:
    match action:
        case Kill() | Pause() | Stutter() | Crash() | Halt() | RollingRestart():
            found = own.process
        case FillDisk() | EmptyVolume():
            found = own.disk
        case ExhaustMemory():
            found = own.memory
        case AlterFile():
            found = own.files
        case Disconnect() | LosePackets():
            found = own.network
        case WriteLines():
            found = own.output
        case WriteHostLine():
            found = own.host
        case Execute():
            found = own.command
        case Follow() | Misprint():
            found = own.pages
        case Reopen():
            found = own.bundles
    return found
