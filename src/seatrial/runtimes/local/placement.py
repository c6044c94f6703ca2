"""Loopback addresses, purely: each replica and each edge gets one in the system's own /16.

An address is drawn from a digest of the name and moved on while it is taken, in sorted order: a
new workload leaves nearly all others where they are.
"""

from seatrial.contract.placement import Endpoint, Link, Location, Placement, Seat
from seatrial.runtimes.shared.draw import draw, number
from seatrial.runtimes.shared.ways import ways

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
    wanted = ways(links, locations)
    drawn = draw((each.key for each in wanted), _SLOTS, slots.values())
    edges = tuple(
        each.through(
            Endpoint(host=_address(subnet, drawn[each.key]), port=each.target.ports[each.link.port])
        )
        for each in wanted
    )
    return Placement(runtime="local", locations=locations, edges=edges)
