"""Who may read what replicas write: the one workload that reads logs, and nobody else.

Supervisord, as root, makes a file for each replica in a folder that hands its own group on. The
folder is in the reader's group, and no other replica's uid is. Where a workload sees how long files
are, the folder may be passed through by whoever knows a file's name: nobody lists it, and nobody
but the reader opens what is in it. Without root all are one user.
"""

import os
from pathlib import Path

from seatrial.runtimes.local.fleet import Fleet

_FOLDER = 0o2750  # new files inherit its group
_PASSED = 0o2751  # the same, and passed through
_FILE = 0o640


def open_logs(fleet: Fleet) -> None:
    """Open the folder of logs, and the files in it, to whoever reads logs; close it otherwise."""
    group = _group(fleet)
    if group is None:
        return
    os.chown(fleet.home.logs, -1, group)
    seen = any(each.sees_logs for each in fleet.workloads.values())
    fleet.home.logs.chmod(_PASSED if seen else _FOLDER)
    for path in fleet.home.logs.iterdir():
        _show(path, group)


def _group(fleet: Fleet) -> int | None:
    readers = [name for name, each in fleet.workloads.items() if each.reads_logs]
    return fleet.replica(readers[0], 0).uid if readers else None


def _show(path: Path, group: int) -> None:
    """What an earlier `up` left, perhaps for another reader."""
    os.chown(path, -1, group, follow_symlinks=False)
    if not path.is_symlink():
        path.chmod(_FILE)
