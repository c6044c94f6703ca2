"""Fill a size-limited volume; empty any."""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.contract.action import EmptyVolume, FillDisk
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.local.volumes import mounted

FILLER = ".seatrial-fill"
_BLOCK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT}


def plan(action: FillDisk | EmptyVolume, fleet: Fleet) -> Mapping[str, Any]:
    """The files that fill, one a replica; what is deleted does not come back."""
    if isinstance(action, EmptyVolume):
        return {"kind": "none"}
    found: list[str] = []
    for replica in range(fleet.replicas(action.workload)):
        folder = fleet.volume(action.workload, replica, action.volume)
        if not mounted(folder):
            raise RuntimeFailure(
                f"the volume {action.volume} of {action.workload} has no size limit",
                "filling it would fill the machine's disk",
            )
        found.append(str(folder / FILLER))
    return {"kind": "fill", "files": found}


def act(action: FillDisk | EmptyVolume, entry: Mapping[str, Any], fleet: Fleet) -> None:
    """Write until no more fits but `leave` bytes; or delete what is there."""
    if isinstance(action, EmptyVolume):
        empty(action, fleet)
        return
    for name in entry["files"]:
        folder = Path(name).parent
        with Path(name).open("wb") as file:
            while True:
                space = os.statvfs(folder)
                rest = space.f_bavail * space.f_frsize - action.leave
                if rest <= 0:
                    break
                try:
                    file.write(b"\0" * min(_BLOCK, rest))
                    file.flush()
                except OSError as error:
                    if error.errno not in _FULL:
                        raise RuntimeFailure(f"{folder} cannot be filled: {error}") from error
                    break  # full is what was wanted


def undo(entry: Mapping[str, Any]) -> None:
    """Remove the filler."""
    for name in entry["files"]:
        Path(name).unlink(missing_ok=True)


def empty(action: EmptyVolume, fleet: Fleet) -> None:
    """Delete what each replica's volume holds; the folder stays."""
    for replica in range(fleet.replicas(action.workload)):
        for each in fleet.volume(action.workload, replica, action.volume).iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
