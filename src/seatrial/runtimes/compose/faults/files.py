"""Replace a rendered file for a while; the first text is kept in the journal.

One that holds secrets is rendered again instead: the journal outlives the fault.
"""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import AlterFile
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.secret_files import template


def plan(action: AlterFile, fleet: Fleet) -> Mapping[str, Any]:
    """The texts as they are, replica by replica."""
    planned = {"kind": "file", "workload": action.workload, "path": action.path}
    if template(fleet.workloads[action.workload], action.path) is not None:
        return {**planned, "texts": None}
    texts: list[str] = []
    for replica in range(fleet.replicas(action.workload)):
        one = fleet.replica(action.workload, replica)
        found = fleet.engine.get(one.name, f"{one.dir}/{action.path}")
        if found is None:
            raise RuntimeFailure(f"{action.workload} has no file {action.path}")
        texts.append(found.decode())
    return {**planned, "texts": texts}


def act(action: AlterFile, fleet: Fleet) -> None:
    """Write the new text and make the workload read it."""
    for replica in range(fleet.replicas(action.workload)):
        text = fleet.replica(action.workload, replica).resolved(action.text, path=action.path)
        _put(action.workload, replica, action.path, text, fleet)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Write the first text again; returns when the workload is ready with it.

    A replica without a container gets its file anew with the next one.
    """
    workload, path, texts = entry["workload"], entry["path"], entry["texts"]
    there = [each for each in fleet.there(workload) if texts is None or each < len(texts)]
    for replica in there:
        first = _rendered(workload, replica, path, fleet) if texts is None else texts[replica]
        _put(workload, replica, path, first, fleet)
        fleet.engine.start(fleet.name(workload, replica))  # a restart may have been broken off
    for replica in there:
        fleet.wait_ready(workload, replica)


def _rendered(workload: str, replica: int, path: str, fleet: Fleet) -> str:
    text = template(fleet.workloads[workload], path) or ""
    return fleet.replica(workload, replica).resolved(text, path=path)


def _put(workload: str, replica: int, path: str, text: str, fleet: Fleet) -> None:
    one = fleet.replica(workload, replica)
    fleet.engine.put(one.name, one.volume, (one.entry(path, text),))
    fleet.reload(workload, replica)
