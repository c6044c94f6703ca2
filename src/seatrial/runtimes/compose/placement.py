"""Addresses on the system's own bridge network, purely: a replica gets an address, an edge a port.

All edges are ports of the fault proxy's container: a container has one address on a network. An
address and a port are drawn from digests of names, so that a new workload leaves nearly all others
where they are, and configuration files stay valid over every restart.
"""

from ipaddress import IPv4Network

from seatrial.contract.placement import Endpoint, Link, Location, Placement, Seat
from seatrial.engines.toxiproxy.workload import NAME as PROXY
from seatrial.runtimes.shared.draw import draw, number
from seatrial.runtimes.shared.ways import ways

CHOICES = 1024  # networks of 4096 addresses in 10.64.0.0/10, which stores let in
_RESERVED = 2  # the network's own address and its gateway
_FIRST_PORT, _PORTS = 10240, 22528  # below what a kernel gives to connections


def subnet(choice: int) -> IPv4Network:
    """The network of that number, of CHOICES."""
    return IPv4Network(f"10.{64 + choice // 16}.{choice % 16 * 16}.0/20")


def choice_of(name: str) -> int:
    """The first choice for a system of that name."""
    return number(name) % CHOICES


def place(network: IPv4Network, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
    """Addresses for every replica of every seat, and a port of the proxy for every edge."""
    slots = draw(
        (f"{seat.workload}/{each}" for seat in seats for each in range(seat.replicas)),
        network.num_addresses - _RESERVED - 1,
    )
    locations = {
        (seat.workload, each): Location(
            workload=seat.workload,
            replica=each,
            region=seat.region,
            address=str(network[slots[f"{seat.workload}/{each}"] + _RESERVED]),
            ports=seat.ports,
        )
        for seat in seats
        for each in range(seat.replicas)
    }
    found = tuple(locations.values())
    wanted = ways(links, found)
    proxy = locations.get((PROXY, 0))
    ports = draw((each.key for each in wanted), _PORTS)
    edges = tuple(
        each.through(Endpoint(host=proxy.address, port=_FIRST_PORT + ports[each.key]))
        for each in wanted
        if proxy is not None
    )
    return Placement(runtime="compose", locations=found, edges=edges, apart=True)
