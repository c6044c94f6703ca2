"""Where things are in a cluster, purely: each workload is its Service's name.

A pod's address is drawn anew whenever it is replaced, so nothing that is rendered may hold one. A
workload has one location, however many replicas it has: the Service, which spreads calls over
those that are ready. The name ends in `.svc`, because the operator's own pods may live in another
namespace.

There are no edges: the fault proxy would have to listen on its pod's address and be called by its
Service's name, and an edge has one endpoint for both.
"""

from dataclasses import dataclass

from seatrial.contract.placement import Link, Location, Placement, Seat

NAME = "kubernetes"
_POD = "127.0.0.1"  # containers of one pod share their network


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A namespace of a cluster, as planning needs it."""

    namespace: str

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:  # noqa: ARG002 - see above
        """The Service of each workload."""
        return Placement(
            runtime=NAME,
            locations=tuple(
                Location(
                    workload=seat.workload,
                    replica=0,
                    region=seat.region,
                    address=f"{seat.workload}.{self.namespace}.svc",
                    ports=seat.ports,
                )
                for seat in seats
            ),
            namespace=self.namespace,
            shared=_POD,
        )
