"""What control groups say of one group: pure parsers of their files.

Formats: the kernel's documentation of cgroup v1 (memory, cpuacct, cpu) and cgroup v2. Names of
what is parsed are the files'; a file that is not there is an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

_UNLIMITED = 1 << 60  # version 1 writes a number near 2**63 where there is no limit
_NANO, _MICRO = 1e-9, 1e-6
Read = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes: used, used without what the kernel would give back at once, the limit (0: none)."""

    usage: int
    working_set: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Periods of the CPU quota, those in which it was used up, and seconds waited for the next."""

    periods: int
    throttled: int
    seconds: float


def table(text: str) -> Mapping[str, int]:
    """Lines of a word and a number, as in /proc/stat and /proc/vmstat, too."""
    pairs = (line.split() for line in text.splitlines())
    return {each[0]: int(each[1]) for each in pairs if len(each) > 1 and each[1].isdigit()}


def number(text: str) -> int | None:
    """A file that holds one number; None for `max` and for no file."""
    return int(text) if text.strip().isdigit() else None


def memory(first: Read, second: Read) -> Memory | None:
    """By version 1's files, else by version 2's."""
    usage = number(first("memory.usage_in_bytes"))
    if usage is not None:
        limit = number(first("memory.limit_in_bytes")) or 0
        idle = table(first("memory.stat")).get("total_inactive_file", 0)
    else:
        usage = number(second("memory.current"))
        limit = number(second("memory.max")) or 0
        idle = table(second("memory.stat")).get("inactive_file", 0)
    if usage is None:
        return None
    bounded = limit if limit < _UNLIMITED else 0
    return Memory(usage=usage, working_set=max(0, usage - idle), limit=bounded)


def kills(first: Read, second: Read) -> int | None:
    """How many processes of the group the kernel has killed for want of memory."""
    old = table(first("memory.oom_control")).get("oom_kill")
    return table(second("memory.events")).get("oom_kill") if old is None else old


def cpu(first: Read, second: Read) -> float | None:
    """Seconds of processor time."""
    used = number(first("cpuacct.usage"))
    if used is not None:
        return used * _NANO
    micro = table(second("cpu.stat")).get("usage_usec")
    return None if micro is None else micro * _MICRO


def quota(first: Read, second: Read) -> Quota | None:
    """None where no quota is kept; without a quota nothing is ever throttled."""
    old = table(first("cpu.stat"))
    if "throttled_time" in old:
        seconds = old["throttled_time"] * _NANO
        return Quota(periods=old["nr_periods"], throttled=old["nr_throttled"], seconds=seconds)
    new = table(second("cpu.stat"))
    if "throttled_usec" in new:
        seconds = new["throttled_usec"] * _MICRO
        return Quota(periods=new["nr_periods"], throttled=new["nr_throttled"], seconds=seconds)
    return None
