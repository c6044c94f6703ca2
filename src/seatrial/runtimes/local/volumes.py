"""Size-limited volumes: a tmpfs of the asked size, mounted where only the replicas see it.

It lives in the supervisor's own mount namespace and dies with it: nothing is left to unmount. What
it holds does not outlive the system, so that it suits rehearsals of a full disk and caches.
"""

import subprocess
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.namespace import available
from seatrial.runtimes.local.replica import Replica


def mount(one: Replica, supervisor: int | None) -> None:
    """Mount what the replica's volumes ask for and is not there yet.

    Without root a volume has no limit: `seatrial doctor` says so, and what fills one is unknown.
    Raises RuntimeFailure when a mount is refused.
    """
    if supervisor is None or not available():
        return
    for volume in one.workload.volumes:
        folder = one.directory / volume.path
        if volume.size is None or mounted(seen(folder, supervisor)):
            continue
        options = f"size={volume.size},mode=0750,uid={one.uid},gid={one.uid}"
        done = subprocess.run(
            (
                "nsenter",
                f"--mount=/proc/{supervisor}/ns/mnt",
                f"--root=/proc/{supervisor}/root",
                *("mount", "-t", "tmpfs", "-o", options, "seatrial", str(folder)),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeFailure(
                f"the volume {volume.name} of {one.workload.name} could not be mounted:"
                f" {done.stderr.strip()}",
                "run `seatrial doctor`",
            )


def mounted(folder: Path) -> bool:
    """Whether a file system begins there.

    Not `os.path.ismount`: it resolves `/proc/PID/root`, which in a chroot leads out of it.
    """
    return folder.exists() and folder.stat().st_dev != (folder / "..").stat().st_dev


def seen(folder: Path, supervisor: int) -> Path:
    """A folder of the supervisor's namespace as this process can reach it."""
    return Path(f"/proc/{supervisor}/root{folder}")
