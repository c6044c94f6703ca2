"""A container that starts again gets the first free address: what of ours took its own gives way.

An engine of ours that was restarted while a container was down may have been given its address.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from docker.errors import NotFound

from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.names import SYSTEM


@contextmanager
def kept_free(engine: Engine, addresses: Mapping[str, str]) -> Iterator[None]:
    """Ours leave these addresses (network to address) while something starts, and join again."""
    moved = [
        (network, holder)
        for network, address in addresses.items()
        if address and (holder := _ours(engine, network, address))
    ]
    for network, holder in moved:
        with failures(f"taking {holder[:12]} off {network}"):
            engine.api.disconnect_container_from_network(holder, network, force=True)
    try:
        yield
    finally:
        for network, holder in moved:
            with failures(f"putting {holder[:12]} on {network} again"):
                engine.api.connect_container_to_network(holder, network)


def _ours(engine: Engine, network: str, address: str) -> str:
    """The container of ours that has this address there, or empty."""
    with failures(f"looking at the network {network}"):
        try:
            found = engine.api.inspect_network(network)
        except NotFound:
            return ""
    for holder, each in (found.get("Containers") or {}).items():
        if each.get("IPv4Address", "").partition("/")[0] == address:
            one = engine.inspect(holder)
            labels = (one["Config"]["Labels"] or {}) if one is not None else {}
            return str(holder) if SYSTEM in labels else ""
    return ""
