"""What the process table says of containers: pure parsers. Formats: proc(5), cgroups(7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = re.compile(r"[0-9a-f]{64}")
_LOCAL = re.compile(r"\|-- (\d+\.\d+\.\d+\.\d+)\n\s+/32 host LOCAL")
_BEGAN = 19  # among the fields after the command's name, which may hold spaces
_FIELDS = 16  # of an interface in net/dev


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What passed all interfaces but loopback: bytes, and packets that were dropped."""

    received: int
    sent: int
    received_dropped: int
    sent_dropped: int


def key(groups: str, below: str) -> str:
    """The container's id in a process's groups, the innermost one; "" for none.

    With `below`, the name of the folder below it instead: where groups are made by name.
    """
    for line in groups.splitlines():
        path = line.split(":", 2)[-1]
        if below:
            _, found, rest = path.partition(f"/{below}/")
            if found:
                return rest.partition("/")[0]
        elif ids := _ID.findall(path):
            return str(ids[-1])
    return ""


def began(stat: str, boot: float, ticks: int) -> float:
    """When a process began, in epoch seconds. `boot`: when the machine did."""
    fields = stat.rpartition(")")[2].split()
    return boot + int(fields[_BEGAN]) / ticks if len(fields) > _BEGAN else 0.0


def addresses(trie: str) -> frozenset[str]:
    """The addresses of version 4 that a network namespace has for itself, without loopback's."""
    return frozenset(each for each in _LOCAL.findall(trie) if not each.startswith("127."))


def traffic(devices: str) -> Traffic | None:
    """Sums over interfaces; None where there is none but loopback."""
    rows: list[list[int]] = []
    for line in devices.splitlines():
        name, colon, rest = line.partition(":")
        numbers = rest.split()
        if colon and name.strip() != "lo" and len(numbers) >= _FIELDS:
            rows.append([int(each) for each in numbers])
    if not rows:
        return None
    total = [sum(column) for column in zip(*rows, strict=False)]
    return Traffic(
        received=total[0], received_dropped=total[3], sent=total[8], sent_dropped=total[11]
    )
