"""Hardware addresses that go with the network's: what came back is reached at once.

Docker gives a container one that follows from its address. Podman draws another at each start, and
neighbours go on sending to the one that they remember, for half a minute. Podman 4.3 takes none for
a container that Compose makes; for one that is connected to a network it does, and keeps it.
"""

from collections.abc import Iterable
from ipaddress import ip_address

from seatrial.runtimes.compose.client import Client, failures
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.replica import Replica


def of(address: str) -> str:
    """The hardware address that goes with one of version 4, as Docker draws it. Pure."""
    return ":".join(f"{each:02x}" for each in (0x02, 0x42, *ip_address(address).packed))


def asked(client: Client, address: str) -> str | None:
    """What to ask of the engine for this address; None where it chooses well by itself."""
    return of(address) if client.podman and address else None


def fix(engine: Engine, replicas: Iterable[Replica]) -> None:
    """Connect containers that never ran again, each with its hardware address, where need be.

    Raises RuntimeFailure.
    """
    if not engine.client.podman:
        return
    for one in replicas:
        network, address = one.names.network, one.location.address
        with failures(f"giving {one.name} its hardware address"):
            engine.api.disconnect_container_from_network(one.name, network)
            engine.api.connect_container_to_network(
                one.name,
                network,
                ipv4_address=address,
                mac_address=asked(engine.client, address),
                aliases=[one.workload.name],
            )
