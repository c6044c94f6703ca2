"""What a change of a workload does to its processes."""

from collections.abc import Callable

from seatrial.contract.runtime import Change, Planned
from seatrial.engines.toxiproxy.workload import NAME as PROXY
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared import edges
from seatrial.runtimes.shared.requests import Send


def brought(fleet: Fleet, change: Planned, send: Send, begun: Callable[[], None]) -> None:
    """Start, restart or reload what changed; return when it is ready. Raises RuntimeFailure.

    `begun` is called once it runs, and is not ready yet.
    """
    name = change.workload
    if change.change in {Change.START, Change.RESTART}:
        if change.change is Change.RESTART:
            fleet.stop(name)
        fleet.prepare(name)
        fleet.start(name)
    elif change.change is Change.RELOAD:
        fleet.prepare(name)
        for replica in range(fleet.replicas(name)):
            fleet.reload(name, replica)
    begun()
    for replica in range(fleet.replicas(name)):
        fleet.wait_ready(name, replica)
    if name == PROXY:
        edges.populate(fleet.placement, send)
