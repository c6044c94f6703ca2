"""Loopback addresses, purely: each replica and each edge gets one in the system's own /16.

An address is drawn from a digest of the name and moved on while it is taken, in sorted order: a
new workload leaves nearly all others where they are.
"""

import hashlib
from collections.abc import Mapping

from seatrial.contract.placement import Edge, Endpoint, Link, Location, Placement, Seat

FIRST, LAST = 16, 250  # 127.N.0.0/16; low ones are what people type by hand
_SLOTS = 255 * 254


def subnet_of(name: str) -> int:
    """The first choice of N in 127.N.0.0/16 for a system of that name."""
    return FIRST + _number(name) % (LAST - FIRST)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _address(subnet: int, slot: int) -> str:
    return f"127.{subnet}.{slot // 254}.{slot % 254 + 1}"


def uid_of(address: str) -> int:
    """A uid of its own for the replica at this address; far above any that a system gives out."""
    _, n, a, b = (int(each) for each in address.split("."))
    return 0x40000000 | n << 16 | a << 8 | b


def place(subnet: int, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
    """Addresses for every replica of every seat, and for every edge of every link."""
    replicas = {f"{seat.workload}/{each}": seat for seat in seats for each in range(seat.replicas)}
    slots = _draw(replicas)
    by_name = {seat.workload: seat for seat in seats}
    locations = tuple(
        Location(
            workload=seat.workload,
            replica=each,
            region=seat.region,
            address=_address(subnet, slots[f"{seat.workload}/{each}"]),
            ports=seat.ports,
        )
        for seat in seats
        for each in range(seat.replicas)
    )
    wanted = [(link, each) for link in links for each in range(by_name[link.target].replicas)]
    edge_slots = _draw(
        {_edge_name(link, each): None for link, each in wanted}, taken=set(slots.values())
    )
    upstream = {(each.workload, each.replica): each for each in locations}
    edges = tuple(
        _edge(link, upstream[link.target, each], _address(subnet, slot))
        for link, each in wanted
        for slot in (edge_slots[_edge_name(link, each)],)
    )
    return Placement(runtime="local", locations=locations, edges=edges)


def _edge_name(link: Link, replica: int) -> str:
    return f"{link.source}>{link.target}/{replica}:{link.port}"


def _edge(link: Link, target: Location, listen: str) -> Edge:
    upstream = target.endpoint(link.port)
    return Edge(
        source=link.source,
        target=link.target,
        replica=target.replica,
        port=link.port,
        listen=Endpoint(host=listen, port=upstream.port),
        upstream=upstream,
    )


def _draw(names: Mapping[str, object], taken: set[int] | None = None) -> dict[str, int]:
    used = set(taken or ())
    found: dict[str, int] = {}
    for name in sorted(names):
        slot = _number(name) % _SLOTS
        while slot in used:
            slot = (slot + 1) % _SLOTS
        used.add(slot)
        found[name] = slot
    return found
