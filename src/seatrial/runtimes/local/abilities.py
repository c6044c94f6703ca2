"""What this machine can do, asked and not assumed."""

import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from seatrial.contract.runtime import Able
from seatrial.contract.scenario import Ability
from seatrial.runtimes.local import cgroups
from seatrial.runtimes.local.namespace import available

_LOW_MEMORY = 2 << 30
_LOW_DISK = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `seatrial doctor`: what was asked, what was found, what to do about it."""

    topic: str
    ok: bool
    found: str
    cure: str = ""


def abilities(*, faults: bool) -> Mapping[Ability, Able]:
    """Each ability that a scenario may ask for, with the reason where it is missing."""
    root = os.geteuid() == 0
    limits = _memory_limits()
    not_root = "it needs root: own uids, mounts and limits"
    return {
        Ability.ROOT: Able(ok=root, reason="" if root else not_root),
        Ability.MEMORY_LIMIT: Able(ok=root and not limits, reason=limits if root else not_root),
        Ability.SIZED_VOLUME: Able(
            ok=available(),
            reason="" if available() else "it needs root and a mount namespace",
        ),
        Ability.FAULT_PROXY: Able(ok=faults, reason="" if faults else "nothing runs yet"),
    }


def _memory_limits() -> str:
    found = cgroups.hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    hierarchy = cgroups.usable(found, "memory")
    if hierarchy is None:
        return "no memory controller is mounted"
    if not os.access(hierarchy.path, os.W_OK):
        return f"{hierarchy.path} cannot be written"
    return ""


def doctor() -> tuple[Finding, ...]:
    """Everything that a person should know about this machine before `up`."""
    root = os.geteuid() == 0
    found = cgroups.hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    limits = _memory_limits()
    memory = psutil.virtual_memory().available
    wanted = Path("/var/cache") if root else Path.home()
    folder = next(each for each in (wanted, *wanted.parents) if each.exists())
    disk = shutil.disk_usage(folder).free
    namespace = available()
    return (
        Finding(
            topic="root",
            ok=root,
            found="yes: own uids, limits and mounts" if root else "no: everything runs as you",
            cure="" if root else "run as root for own uids, memory limits and full disks",
        ),
        Finding(
            topic="cgroups",
            ok=not limits and root,
            found=f"{cgroups.style(found)}" + (f"; {limits}" if limits else ""),
            cure="" if not limits else "memory faults are reported as unknown",
        ),
        Finding(
            topic="mount namespace",
            ok=namespace,
            found="private mounts can be made" if namespace else "not available",
            cure="" if namespace else "everything runs as you, and no disk can be filled",
        ),
        Finding(
            topic="nftables",
            ok=shutil.which("nft") is not None,
            found="nft is there" if shutil.which("nft") else "nft is not there",
            cure="" if shutil.which("nft") else "needed only for cutting regions apart",
        ),
        Finding(
            topic="loopback",
            ok=_loopback(),
            found="127.0.0.0/8 can be bound" if _loopback() else "only 127.0.0.1 can be bound",
            cure="" if _loopback() else "add the addresses, or use the compose runtime",
        ),
        Finding(
            topic="memory",
            ok=memory > _LOW_MEMORY,
            found=f"{memory / 2**30:.1f} GiB available",
            cure="" if memory > _LOW_MEMORY else "2 GiB are enough for the reference system",
        ),
        Finding(
            topic="disk",
            ok=disk > _LOW_DISK,
            found=f"{disk / 2**30:.1f} GiB free at {folder}",
            cure="" if disk > _LOW_DISK else "engines need up to 4 GiB while they are built",
        ),
        Finding(topic="processors", ok=True, found=f"{os.cpu_count()}"),
    )


def _loopback() -> bool:

    with socket.socket() as one:
        try:
            one.bind(("127.211.37.5", 0))
        except OSError:
            return False
    return True
