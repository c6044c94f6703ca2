"""Toxiproxy, the fault proxy: every declared edge runs through it during a rehearsal."""

from seatrial.contract.output import Origin, Probe, Workload

NAME = "fault-proxy"
PORTS = {"api": 8474}


def workload() -> Workload:
    """One proxy process for all edges; the runtime tells it which."""
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="toxiproxy",
        argv=("toxiproxy-server", "-host=${self.address}", "-port=${self.ports.api}"),
        ports=PORTS,
        ready=Probe(port="api", path="/version", deadline=30),
        why="carries every declared edge, so that it can be cut, slowed or reset",
    )
