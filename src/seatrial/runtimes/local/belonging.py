"""Whose a process is: found by what it cannot overwrite, not only by what it was told.

Programs that write a title of their own (PostgreSQL, Redis, NGINX) write it over their
environment, so that /proc no longer shows what they were started for.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path

import psutil

from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import uid_of

_MARK = b"SEATRIAL_HOME_OF="
_OWN = "HOME"  # a replica's own folder, as its processes are told
_GONE = (psutil.Error, OSError)
_LISTEN = "0A"  # TCP_LISTEN
_UID_BITS = 16  # the lower bits of a replica's uid are its place in the /16


def belonging(home: Home) -> list[psutil.Process]:
    """Every process of this home: its environment, its uid, its folders or its sockets say so.

    Never this process or one above it; never one that was started for another home.
    """
    subnet = home.read("subnet.json")
    subnet = subnet if isinstance(subnet, int) else None
    listening = _listening_in(subnet)
    above = {os.getpid(), *(each.pid for each in psutil.Process().parents())}
    return [
        each
        for each in psutil.process_iter()
        if each.pid not in above and _is_ours(each, home.path, subnet, listening)
    ]


def _is_ours(
    process: psutil.Process, home: Path, subnet: int | None, listening: frozenset[int]
) -> bool:
    with contextlib.suppress(*_GONE):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        told = _told(process.pid)
        if told is not None:
            return told == os.fsencode(home)
        if subnet is not None and process.uids().real in _uids(subnet):
            return True
        # somebody may look around in the home, or listen, from a terminal: replicas have none
        if _has_terminal(process.pid):
            return False
        return process.pid in listening or any(_lies(each, home) for each in _places(process))
    return False


def _told(pid: int) -> bytes | None:
    """The home that its environment names, where that can still be read."""
    with contextlib.suppress(OSError):
        for each in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if each.startswith(_MARK):
                return each.removeprefix(_MARK)
    return None


def _has_terminal(pid: int) -> bool:
    """Whether it has a controlling terminal. Format: proc_pid_stat(5), the field `tty_nr`."""
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return stat.rpartition(b")")[2].split()[4] != b"0"


def _uids(subnet: int) -> range:
    """Every uid that a replica in this /16 can have; far above any that a machine gives out."""
    first = uid_of(f"127.{subnet}.0.0")
    return range(first, first + (1 << _UID_BITS))


def replica_of(process: psutil.Process, home: Home) -> Iterator[Path]:
    """The folder of the replica in which it stands, or was started, and not from a terminal.

    One that a replica leaves to itself may stand at the root: pgBackRest, which sends its log.
    """
    asks: tuple[Callable[[], str], ...] = (process.cwd, lambda: process.environ().get(_OWN, ""))
    for ask in asks:
        with contextlib.suppress(*_GONE, ValueError):
            workload, number, *_ = Path(ask()).relative_to(home.replicas).parts
            if not _has_terminal(process.pid):
                yield home.replicas / workload / number
            return


def _places(process: psutil.Process) -> Iterator[Path]:
    """Where it stands and what it runs, as far as we may see that."""
    asks: tuple[Callable[[], str], ...] = (process.cwd, process.exe)
    for ask in asks:
        with contextlib.suppress(*_GONE):
            yield Path(ask())


def _lies(path: Path, home: Path) -> bool:
    return path.is_relative_to(home) or path.is_relative_to(home.resolve())


def _listening_in(subnet: int | None) -> frozenset[int]:
    """Who listens in 127.N.0.0/16, as far as we may see that."""
    if subnet is None:
        return frozenset()
    return frozenset(pid for pid, ip in _listeners() if ip.startswith(f"127.{subnet}."))


def listening_at(addresses: Iterable[str]) -> Mapping[str, frozenset[int]]:
    """Who listens at each of these addresses, as far as we may see that."""
    everyone = list(_listeners())
    return {one: frozenset(pid for pid, ip in everyone if ip == one) for one in addresses}


def _listeners() -> Iterator[tuple[int, str]]:
    """(pid, address) of all who hold a listening socket, as far as we may see that.

    psutil names one holder of each socket, and a master shares its own with its workers.
    """
    sockets = dict(_sockets())
    for pid in psutil.pids():
        with contextlib.suppress(OSError):
            for each in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    address = sockets.get(str(each.readlink()))
                    if address is not None:
                        yield pid, address


def _sockets() -> Iterator[tuple[str, str]]:
    """(socket:[inode], address) of each listening TCP socket. Format: proc_pid_net(5), tcp."""
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        if words[3] == _LISTEN:
            address = int(words[1].partition(":")[0], 16).to_bytes(4, sys.byteorder)
            yield f"socket:[{words[9]}]", str(IPv4Address(address))
