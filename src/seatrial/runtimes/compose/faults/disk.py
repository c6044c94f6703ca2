"""Fill a size-limited volume, or empty any, by a helper that shares it."""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import EmptyVolume, FillDisk
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.commands import end_left
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.faults import unsure

FILLER = ".seatrial-fill"
_FILL = """
import os
path, leave = os.environ['FILLER'], int(os.environ['LEAVE'])
with open(path, 'wb') as file:
    while True:
        space = os.statvfs(os.path.dirname(path))
        rest = space.f_bavail * space.f_frsize - leave
        if rest <= 0:
            break
        try:
            file.write(bytes(min(1 << 20, rest)))
            file.flush()
        except OSError:
            break
"""
_EMPTY = """
import os
try:
    os.unlink(os.environ['FILLER'])
except FileNotFoundError:
    pass
"""

_DELETE = """
import os, shutil
for each in os.scandir(os.environ['FOLDER']):
    if each.is_dir(follow_symlinks=False):
        shutil.rmtree(each.path)
    else:
        os.unlink(each.path)
"""


def plan(action: FillDisk | EmptyVolume, fleet: Fleet) -> Mapping[str, Any]:
    """The file that fills; what is deleted does not come back.

    Raises RuntimeFailure for a volume without a limit.
    """
    if isinstance(action, EmptyVolume):
        return {"kind": "none"}
    for each in fleet.workload(action.workload).volumes:
        if each.name == action.volume and each.size is not None:
            path = f"{fleet.replica(action.workload, 0).dir}/{each.path}/{FILLER}"
            return {
                "kind": "fill",
                "workload": action.workload,
                "file": path,
                "size": each.size,
            }
    if any(each.name == action.volume for each in fleet.workload(action.workload).volumes):
        raise RuntimeFailure(
            f"the volume {action.volume} of {action.workload} has no size limit",
            "filling it would fill the machine's disk",
        )
    raise RuntimeFailure(f"{action.workload} has no volume {action.volume}")


def act(action: FillDisk | EmptyVolume, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Write until no more fits but `leave` bytes; or delete what is there."""
    if isinstance(action, EmptyVolume):
        empty(action, fleet)
        return
    words = {"FILLER": entry["file"], "LEAVE": str(action.leave)}
    for replica in range(fleet.replicas(action.workload)):
        one = fleet.replica(action.workload, replica)
        # the volume is memory, and what is written counts as the writer's
        fleet.beside(one, _FILL, words, room=entry["size"])


def undo(entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Remove the filler; a replica without a container took it with it.

    Who fills may do so still, where its seatrial was killed meanwhile.
    """
    for replica in fleet.there(entry["workload"]):
        one = fleet.replica(entry["workload"], replica)
        if unsure(entry):
            end_left(fleet.engine, fleet.names.labels, one.name)
        fleet.beside(one, _EMPTY, {"FILLER": entry["file"]})


def empty(action: EmptyVolume, fleet: Fleet) -> None:
    """Delete what each replica's volume holds; the folder stays."""
    found = [e for e in fleet.workload(action.workload).volumes if e.name == action.volume]
    if not found:
        raise RuntimeFailure(f"{action.workload} has no volume {action.volume}")
    for replica in range(fleet.replicas(action.workload)):
        one = fleet.replica(action.workload, replica)
        fleet.beside(one, _DELETE, {"FOLDER": f"{one.dir}/{found[0].path}"})
