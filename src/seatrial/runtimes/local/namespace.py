"""A private mount namespace in which every replica's own uid can reach what it runs.

A clone in /root, or a Python in it, is closed to other uids (mode 0700). Inside the namespace, and
nowhere else, such a folder is covered by one that is open and shows only the children that are
needed. The namespace dies with its last process; the machine is not changed.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from seatrial.contract.placement import Location
from seatrial.runtimes.local.placement import uid_of

PASSWD = "passwd"  # noqa: S105 - a file's name


@cache
def available() -> bool:
    """Whether a mount namespace of our own can be made: as root, unless the machine forbids it.

    Without one everything runs as the caller: own uids could not reach what lies in closed folders.
    """
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "nsenter", "mount"))):
        return False
    done = subprocess.run(("unshare", "--mount", "true"), capture_output=True, check=False)
    return done.returncode == 0


def closed_ancestors(
    needed: Iterable[Path], is_open: Callable[[Path], bool]
) -> dict[Path, set[Path]]:
    """Each closed folder above what is needed, with its children that lead there."""
    found: dict[Path, set[Path]] = {}
    for path in needed:
        for ancestor in reversed(path.parents):
            if not is_open(ancestor):
                child = ancestor / path.relative_to(ancestor).parts[0]
                found.setdefault(ancestor, set()).add(child)
    return found


def passwd(known: str, uids: Iterable[tuple[str, int]]) -> str:
    """A user database with a line for each replica's uid: some programs look themselves up.

    Format: passwd(5). `known` is the machine's own.
    """
    lines = [known.rstrip("\n")]
    lines += [f"st-{uid:x}:x:{uid}:{uid}:{name}:/nonexistent:/bin/false" for name, uid in uids]
    return "\n".join(lines) + "\n"


def lay_passwd(folder: Path, locations: Iterable[Location]) -> None:
    """Write it: in place, never replaced, for the namespace has this very file mounted."""
    uids = ((f"{each.workload}.{each.replica}", uid_of(each.address)) for each in locations)
    known = Path("/etc/passwd").read_text(encoding="utf-8", errors="replace")
    (folder / PASSWD).write_text(passwd(known, uids), encoding="utf-8")


def inside(pid: int, uid: int, folder: Path) -> tuple[str, ...]:
    """The words before a command that run it in the namespace of `pid`, as `uid`."""
    return (
        "nsenter",
        f"--mount=/proc/{pid}/ns/mnt",
        f"--root=/proc/{pid}/root",  # else a chroot would be left for the namespace's own root
        f"--setuid={uid}",
        f"--setgid={uid}",
        f"--wdns={folder}",
        "--",
    )


def script(closed: dict[Path, set[Path]], scratch: Path) -> str:
    """The shell lines that open the way, to be run inside a fresh mount namespace as root."""
    lines = ["set -e", "mount --make-rprivate /"]
    # from the outside inwards: a closed folder in a closed one is reached through the first
    for number, (folder, children) in enumerate(sorted(closed.items())):
        original = shlex.quote(str(scratch / f"ns{number}"))
        covered = shlex.quote(str(folder))
        lines += [
            f"mkdir -p {original}",
            f"mount --rbind {covered} {original}",
            f"mount -t tmpfs -o mode=0755,size=1m tmpfs {covered}",
        ]
        for child in sorted(children):
            name = shlex.quote(child.name)
            lines += [
                f"mkdir -p {covered}/{name}",
                f"mount --rbind {original}/{name} {covered}/{name}",
            ]
        lines.append(f"umount -l {original}")
    lines += [f"mount --bind {shlex.quote(str(scratch / PASSWD))} /etc/passwd", 'exec "$@"']
    return "\n".join(lines)


def is_open(path: Path) -> bool:
    """Whether anybody may pass through a folder."""
    try:
        return bool(path.stat().st_mode & 0o001)
    except OSError:
        return True
