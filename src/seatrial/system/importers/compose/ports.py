"""Ports as Compose writes them: numbers, ranges, host addresses, protocols, the long form.

https://docs.docker.com/reference/compose-file/services/#ports
"""

import re
from collections.abc import Iterator

from seatrial.system.importers.documents import written
from seatrial.system.importers.sketch import Port
from seatrial.system.tree import Node

_LAST = 65535
_MOST = 100  # of a range: more would hide the rest of the file
_SHORT = re.compile(
    r"(?:(?P<address>\[[0-9a-fA-F:.]+\]|[0-9.]+|[A-Za-z][\w.-]*|\*)?:)??"
    r"(?:(?P<published>\d{0,5}(?:-\d{1,5})?):)?"
    r"(?P<target>\d{1,5}(?:-\d{1,5})?)(?:/(?P<protocol>[a-zA-Z]+))?"
)


def read_port(node: Node) -> tuple[Port, ...] | None:
    """The ports of one item; None where it cannot be read (a variable without a value)."""
    if node.entries is not None:
        return _long(node)
    text = written(node)
    match = _SHORT.fullmatch(text.strip()) if text is not None and len(text) < 200 else None  # noqa: PLR2004 - no port is that long
    if match is None:
        return None
    return _ports(
        target=match["target"],
        published=match["published"],
        address=(match["address"] or "").strip("[]").replace("*", ""),
        protocol=(match["protocol"] or "tcp").lower(),
        name="",
    )


def _long(node: Node) -> tuple[Port, ...] | None:
    def text(key: str) -> str:
        child = node.child(key)
        return "" if child is None else written(child) or ""

    published = node.child("published")
    return _ports(
        target=text("target").strip(),
        published=None if published is None else text("published").strip(),
        address=text("host_ip"),
        protocol=(text("protocol") or "tcp").lower(),
        name=text("name"),
    )


def _ports(
    *, target: str, published: str | None, address: str, protocol: str, name: str
) -> tuple[Port, ...] | None:
    inside = _range(target)
    outside = _range(published) if published else None
    if inside is None or (published and outside is None):
        return None
    first, last = inside
    many = last > first
    found = []
    for number in range(first, min(last, first + _MOST - 1) + 1):
        hosts: tuple[tuple[str, int], ...] = ()
        if outside is not None:
            hosts = ((address, outside[0] + number - first if many else outside[0]),)
        elif published is not None:
            hosts = ((address, 0),)
        found.append(Port(number=number, name=name, protocol=protocol, published=hosts))
    return tuple(found)


def _range(text: str | None) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", text or "")
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if 1 <= first <= last <= _LAST else None


def joined(ports: Iterator[Port]) -> tuple[Port, ...]:
    """Each port once, with all that is published of it."""
    found: dict[tuple[int, str], Port] = {}
    for each in ports:
        key = (each.number, each.protocol)
        there = found.get(key)
        found[key] = each if there is None else _both(there, each)
    return tuple(found.values())


def _both(one: Port, other: Port) -> Port:
    return Port(
        number=one.number,
        name=one.name or other.name,
        protocol=one.protocol,
        published=tuple(dict.fromkeys((*one.published, *other.published))),
    )
