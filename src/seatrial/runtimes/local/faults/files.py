"""Replace a rendered file for a while; the first text is kept in the journal.

One that holds secrets is rendered again instead: the journal outlives the fault.
"""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import AlterFile
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.secret_files import template
from seatrial.runtimes.shared.state import replace_text


def plan(action: AlterFile, fleet: Fleet) -> Mapping[str, Any]:
    """The texts as they are, replica by replica."""
    planned = {"kind": "file", "workload": action.workload, "path": action.path}
    if template(fleet.workloads[action.workload], action.path) is not None:
        return {**planned, "texts": None}
    texts: list[str] = []
    for replica in range(fleet.replicas(action.workload)):
        path = fleet.replica(action.workload, replica).directory / action.path
        try:
            texts.append(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RuntimeFailure(f"{action.workload} has no file {action.path}") from error
    return {**planned, "texts": texts}


def act(action: AlterFile, fleet: Fleet) -> None:
    """Write the new text and make the workload read it."""
    for replica in range(fleet.replicas(action.workload)):
        text = fleet.replica(action.workload, replica).resolved(action.text, path=action.path)
        _put(action.workload, replica, action.path, text, fleet)


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Write the first text again; returns when the workload is ready with it."""
    for replica, text in enumerate(_first(entry, fleet)):
        _put(entry["workload"], replica, entry["path"], text, fleet)
    fleet.start(entry["workload"])  # a restart may have been broken off halfway
    for replica in range(fleet.replicas(entry["workload"])):
        fleet.wait_ready(entry["workload"], replica)


def _first(entry: Mapping[str, Any], fleet: Fleet) -> list[str]:
    workload, path = entry["workload"], entry["path"]
    if entry["texts"] is not None:
        return list(entry["texts"])
    text = template(fleet.workloads[workload], path) or ""
    every = range(fleet.replicas(workload))
    return [fleet.replica(workload, each).resolved(text, path=path) for each in every]


def _put(workload: str, replica: int, path: str, text: str, fleet: Fleet) -> None:
    one = fleet.replica(workload, replica)
    target = one.directory / path
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o640
    replace_text(target, text, mode=mode, owner=one.uid)
    fleet.reload(workload, replica)
