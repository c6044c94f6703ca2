"""Whom a caller's span names: the workload at the address that it asked.

Attributes: `server.address` and `server.port` (OpenTelemetry semantic conventions 1.38), before
them `net.peer.name` and `net.peer.port`; `peer.service` where somebody wrote the name itself.
"""

from collections.abc import Mapping

from seatrial.contract.placement import Placement
from seatrial.traces.span import Span
from seatrial.traces.topology import Peer

_ADDRESS = (("server.address", "server.port"), ("net.peer.name", "net.peer.port"))


def peers(placement: Placement, names: frozenset[str]) -> Peer:
    """Knows every replica's address, and that of each edge through the fault proxy.

    What is attached is called by names of its own as well, unless two are called alike. `names` are
    the services and stores that a span may name outright.
    """
    known = _called(placement)
    for location in placement.locations:
        for port in location.ports.values():
            known[location.address, str(port)] = location.workload
    for edge in placement.edges:
        known[edge.listen.host, str(edge.listen.port)] = edge.target
    alone = _alone(known)

    def peer(span: Span) -> str:
        told = span.attributes.get("peer.service", "")
        if told in names:
            return told
        for host, port in _ADDRESS:
            address = span.attributes.get(host, "")
            if address:
                asked = span.attributes.get(port, "")
                return known.get((address, asked), "") or ("" if asked else alone.get(address, ""))
        return ""

    return peer


def _called(placement: Placement) -> dict[tuple[str, str], str]:
    """Who alone is called so, by name and port."""
    found: dict[tuple[str, str], set[str]] = {}
    for location in placement.locations:
        for name in location.names:
            for port in location.ports.values():
                found.setdefault((name, str(port)), set()).add(location.workload)
    return {called: next(iter(each)) for called, each in found.items() if len(each) == 1}


def _alone(known: Mapping[tuple[str, str], str]) -> Mapping[str, str]:
    """Addresses at which only one lives, which a span may name without a port."""
    found: dict[str, set[str]] = {}
    for (address, _), workload in known.items():
        found.setdefault(address, set()).add(workload)
    return {address: next(iter(each)) for address, each in found.items() if len(each) == 1}
