"""Loopback addresses, purely: each replica and each edge gets one in the system's own /16.

An address is drawn from a digest of the name and moved on while it is taken, in sorted order: a
new workload leaves nearly all others where they are.
"""

from seatrial.contract.placement import Edge, Endpoint, Link, Location, Placement, Seat
from seatrial.runtimes.shared.draw import draw, edge_key, number

FIRST, LAST = 16, 250  # 127.N.0.0/16; low ones are what people type by hand
_SLOTS = 255 * 254


def subnet_of(name: str) -> int:
    """The first choice of N in 127.N.0.0/16 for a system of that name."""
    return FIRST + number(name) % (LAST - FIRST)


def _address(subnet: int, slot: int) -> str:
    return f"127.{subnet}.{slot // 254}.{slot % 254 + 1}"


def asking(placement: Placement) -> str:
    """The address that seatrial's own requests come from: in the system's subnet, nobody else's."""
    subnet = placement.locations[0].address.split(".")[1]
    return f"127.{subnet}.255.1"  # the slots end before it


def uid_of(address: str) -> int:
    """A uid of its own for the replica at this address; far above any that a system gives out."""
    _, n, a, b = (int(each) for each in address.split("."))
    return 0x40000000 | n << 16 | a << 8 | b


def place(subnet: int, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
    """Addresses for every replica of every seat, and for every edge of every link."""
    replicas = {f"{seat.workload}/{each}": seat for seat in seats for each in range(seat.replicas)}
    slots = draw(replicas, _SLOTS)
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
    edge_slots = draw((edge_key(link, each) for link, each in wanted), _SLOTS, slots.values())
    upstream = {(each.workload, each.replica): each for each in locations}
    edges = tuple(
        _edge(link, upstream[link.target, each], _address(subnet, slot))
        for link, each in wanted
        for slot in (edge_slots[edge_key(link, each)],)
    )
    return Placement(runtime="local", locations=locations, edges=edges)


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
