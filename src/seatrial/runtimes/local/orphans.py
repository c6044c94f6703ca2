"""What of a system still runs when its process manager was killed, replica by replica."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from seatrial.contract.placement import Location
from seatrial.runtimes.local.belonging import belonging, listening_at
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import uid_of
from seatrial.runtimes.local.supervisor import MANAGER

_GONE = (psutil.Error, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """Processes of a system that nothing holds.

    `first` is the oldest process of each (workload, replica); `count` is of all, also of those
    that no replica can be told of. `manager` tells that the process manager itself still lives.
    """

    count: int = 0
    manager: bool = False
    first: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """A sentence on what should hold them."""
        told = "does not answer" if self.manager else "is gone"
        return f"the process manager (supervisord) {told}"


def orphans(home: Home, locations: Iterable[Location] = ()) -> Orphans:
    """Ask the machine; meant for when the process manager does not answer."""
    everyone = belonging(home)
    found = sorted((each for each in everyone if not _is_manager(each)), key=_begun)
    manager = len(found) < len(everyone)
    first: dict[tuple[str, int], int] = {}
    seats = list(locations)
    listening = listening_at(each.address for each in seats)
    for process in found:
        for seat in seats:
            if _sits(process, seat, home, listening.get(seat.address, frozenset())):
                first.setdefault((seat.workload, seat.replica), process.pid)
    return Orphans(count=len(found), manager=manager, first=first)


def _is_manager(process: psutil.Process) -> bool:
    with contextlib.suppress(*_GONE):
        return str(MANAGER) in process.cmdline()
    return False


def _begun(process: psutil.Process) -> float:
    with contextlib.suppress(*_GONE):
        return float(process.create_time())
    return 0.0


def _sits(process: psutil.Process, seat: Location, home: Home, listening: frozenset[int]) -> bool:
    """Whether it is of this replica: by its uid, its folders, or where it listens."""
    folder = home.replica(seat.workload, seat.replica)
    with contextlib.suppress(*_GONE):
        if process.uids().real == uid_of(seat.address) or process.pid in listening:
            return True
        if Path(process.cwd()).is_relative_to(folder):
            return True
        return f"HOME={folder}".encode() in _environment(process.pid)
    return False


def _environment(pid: int) -> list[bytes]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []
