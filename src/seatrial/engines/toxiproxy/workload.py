"""Toxiproxy, the fault proxy: every declared edge runs through it during a rehearsal."""

import json
from collections.abc import Iterable

from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placement import Edge

NAME = "fault-proxy"
PORTS = {"api": 8474}
PROXIES = "proxies.json"


def proxies(edges: Iterable[Edge]) -> list[dict[str, object]]:
    """Every edge as the proxy's configuration file, and its `/populate`, want it."""
    return [
        {
            "name": each.name,
            "listen": str(each.listen),
            "upstream": str(each.upstream),
            "enabled": True,
        }
        for each in edges
    ]


def workload(edges: Iterable[Edge]) -> Workload:
    """One proxy process for all edges.

    It reads them when it starts, so that one that crashed comes back with all of them; the runtime
    tells a running one what has changed, so that no other edge is interrupted.
    """
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="toxiproxy",
        argv=(
            "toxiproxy-server",
            "-host=${self.address}",
            "-port=${self.ports.api}",
            f"-config=${{self.dir}}/{PROXIES}",
        ),
        files=(
            File(
                path=PROXIES,
                text=json.dumps(proxies(edges), indent=2) + "\n",
                why="every declared edge, for a start after a crash",
            ),
        ),
        reload="URG",  # it ignores this one: a changed edge must not restart it
        ports=PORTS,
        ready=Probe(port="api", path="/version", deadline=30),
        why="carries every declared edge, so that it can be cut, slowed or reset",
    )
