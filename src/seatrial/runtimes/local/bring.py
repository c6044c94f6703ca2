"""One workload brought to what it should be, and told step by step."""

import time
from collections.abc import Callable

from seatrial.contract.runtime import Change, Planned, Progress, RuntimeFailure
from seatrial.runtimes.local.faults import edges
from seatrial.runtimes.local.fleet import Fleet


def bring(fleet: Fleet, change: Planned, progress: Callable[[Progress], None]) -> None:
    """Start, restart or reload what changed; return when it is ready. Raises RuntimeFailure."""
    began = time.monotonic()
    name = change.workload
    progress(Progress(subject=name, phase=change.change.value))
    try:
        if change.change in {Change.START, Change.RESTART}:
            if change.change is Change.RESTART:
                fleet.stop(name)
            fleet.prepare(name)
            fleet.start(name)
        elif change.change is Change.RELOAD:
            fleet.prepare(name)
            for replica in range(fleet.replicas(name)):
                fleet.reload(name, replica)
        for replica in range(fleet.replicas(name)):
            fleet.wait_ready(name, replica)
        if name == edges.NAME:
            edges.populate(fleet.placement)
    except RuntimeFailure as failure:
        took = time.monotonic() - began
        progress(
            Progress(subject=name, phase="failed", done=False, seconds=took, detail=failure.summary)
        )
        raise
    if change.change is not Change.KEEP:
        took = time.monotonic() - began
        progress(
            Progress(
                subject=name,
                phase=change.change.value,
                done=True,
                seconds=took,
                detail=change.reason,
            )
        )
