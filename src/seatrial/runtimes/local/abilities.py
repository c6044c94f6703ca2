"""What this machine can do, tried and not assumed."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from seatrial.contract.output import Resources
from seatrial.contract.runtime import Able
from seatrial.contract.scenario import Ability
from seatrial.runtimes.local import cgroups
from seatrial.runtimes.local.faults.network import SHARED
from seatrial.runtimes.local.namespace import available
from seatrial.runtimes.shared import host
from seatrial.runtimes.shared.finding import Finding

_LOW_MEMORY = 2 << 30
_LOW_DISK = 4 << 30
_TRIED = 64 << 20  # bytes of the memory limit that is set to see whether one can be
_ADDRESS = "127.211.37.5"  # of the loopback network; hardly any system lies there
_NOT_ROOT = "it needs root: own uids, mounts and limits"


def abilities(*, faults: bool) -> Mapping[Ability, Able]:
    """Each ability that a scenario may ask for, with the reason where it is missing."""
    root = os.geteuid() == 0
    limits = _memory_limits() if root else _NOT_ROOT
    volumes = _sized_mounts()
    written = host.lacking(host.sources())
    return {
        Ability.ROOT: Able(ok=root, reason="" if root else _NOT_ROOT),
        Ability.MEMORY_LIMIT: Able(ok=not limits, reason=limits),
        Ability.SIZED_VOLUME: Able(ok=not volumes, reason=volumes),
        Ability.FAULT_PROXY: Able(ok=faults, reason="" if faults else "nothing runs yet"),
        Ability.NETWORK: Able(ok=False, reason=SHARED),
        Ability.PACKET_LOSS: Able(ok=False, reason=SHARED),
        Ability.WRITE_LINES: Able(ok=True, reason=""),
        Ability.HOST_LINES: Able(ok=not written, reason=written),
        Ability.READ_LINES: Able(ok=True, reason=""),
        Ability.ONE_FILE_SYSTEM: Able(ok=True, reason=""),
    }


def _memory_limits() -> str:
    """Why no memory limit can be set, or empty: a group is made, limited, and removed."""
    found = cgroups.hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    hierarchy = cgroups.usable(found, "memory")
    if hierarchy is None:
        return "no memory controller is mounted"
    name = f"doctor-{uuid.uuid4().hex[:12]}"
    try:
        made = cgroups.create(name, Resources(memory=_TRIED))
    finally:
        left = cgroups.remove(name)
    if not any(Path(each).is_relative_to(hierarchy.path) for each in made):
        return f"no group with a memory limit can be made in {hierarchy.path}"
    return f"a group cannot be removed: {left[0]}" if left else ""


@cache
def _sized_mounts() -> str:
    """Why no volume can have a size, or empty: one is mounted where nobody else sees it."""
    if not available():
        return "it needs root and a mount namespace"
    script = (
        'cd "$0" && mount -t tmpfs -o size=64k seatrial . && cd "$0" && head -c 32768 /dev/zero > a'
        ' && ! head -c 131072 /dev/zero 2>/dev/null > b && cd / && umount "$0"'
    )
    with tempfile.TemporaryDirectory(prefix="seatrial-doctor-") as folder:
        done = subprocess.run(
            ("unshare", "--mount", "--propagation", "private", "sh", "-c", script, folder),
            capture_output=True,
            text=True,
            check=False,
        )
    return "" if done.returncode == 0 else f"no tmpfs with a size: {done.stderr.strip()}"


def doctor(ports: Iterable[int] = ()) -> tuple[Finding, ...]:
    """Everything that a person should know about this machine before `up`.

    `ports` are those that engines listen on, each at loopback addresses of its own.
    """
    return (*_privileges(), *_network(ports), *_room(), _host())


def _privileges() -> Iterator[Finding]:
    root = os.geteuid() == 0
    yield Finding(
        topic="root",
        ok=root,
        found="yes: own uids, limits and mounts" if root else "no: everything runs as you",
        cure="" if root else "run as root for own uids, memory limits and full disks",
    )
    found = cgroups.hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    limits = _memory_limits() if root else _NOT_ROOT
    yield Finding(
        topic="memory limits",
        ok=not limits,
        found=f"cgroups {cgroups.style(found)}: {limits or 'a group was limited and removed'}",
        cure="memory faults are reported as unknown" if limits else "",
    )
    namespace = available()
    yield Finding(
        topic="mount namespace",
        ok=namespace,
        found="private mounts can be made" if namespace else "not available",
        cure="" if namespace else "everything runs as you: own uids need root and unshare",
    )
    sized = _sized_mounts()
    yield Finding(
        topic="sized mounts",
        ok=not sized,
        found=sized or "a tmpfs was mounted, filled to its size and unmounted",
        cure="full disks are reported as unknown" if sized else "",
    )


def _network(ports: Iterable[int]) -> Iterator[Finding]:
    nft = shutil.which("nft")
    yield Finding(
        topic="nftables",
        ok=nft is not None,
        found="nft is there" if nft else "nft is not there",
        cure="" if nft else "needed only for cutting regions apart",
        needed=False,
    )
    loopback = _bound(_ADDRESS, 0)
    yield Finding(
        topic="loopback",
        ok=loopback,
        found="127.0.0.0/8 can be bound" if loopback else "only 127.0.0.1 can be bound",
        cure="" if loopback else "add the addresses, or use the compose runtime",
    )
    wanted = sorted(set(ports))
    taken = [each for each in wanted if loopback and not _bound(_ADDRESS, each)]
    yield Finding(
        topic="ports",
        ok=loopback and not taken,
        found=f"taken at every address: {', '.join(map(str, taken))}"
        if taken
        else f"all {len(wanted)} that engines listen on are free"
        if loopback
        else "cannot be tried without a loopback address",
        cure="stop what listens on 0.0.0.0 or let it listen on 127.0.0.1 only" if taken else "",
    )


def _room() -> Iterator[Finding]:
    memory = psutil.virtual_memory().available
    yield Finding(
        topic="memory",
        ok=memory > _LOW_MEMORY,
        found=f"{memory / 2**30:.1f} GiB available",
        cure="" if memory > _LOW_MEMORY else "2 GiB are enough for the reference system",
    )
    wanted = Path("/var/cache") if os.geteuid() == 0 else Path.home()
    folder = next(each for each in (wanted, *wanted.parents) if each.exists())
    disk = shutil.disk_usage(folder).free
    yield Finding(
        topic="disk",
        ok=disk > _LOW_DISK,
        found=f"{disk / 2**30:.1f} GiB free at {folder}",
        cure="" if disk > _LOW_DISK else "engines need up to 4 GiB while they are built",
    )
    yield Finding(topic="processors", ok=True, found=f"{os.cpu_count()}")


def _host() -> Finding:
    """What the machine itself writes."""
    found = host.sources()
    lacking = host.lacking(found)
    return Finding(
        topic="host's logs",
        ok=not lacking,
        found=lacking or f"read from {found.words.replace(',', ', ')}",
        cure=host.CURE if lacking else "",
        needed=False,
    )


def _bound(address: str, port: int) -> bool:
    """Whether a server can listen there."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        with suppress(OSError):
            one.bind((address, port))
            one.listen(1)
            return True
    return False
