"""One workload brought to what it should be, and told step by step."""

import time
from collections.abc import Callable

from seatrial.contract.runtime import Change, Planned, Progress, RuntimeFailure


def bring(change: Planned, act: Callable[[], None], progress: Callable[[Progress], None]) -> None:
    """Call `act`, which makes the change and waits until it is ready. Raises RuntimeFailure."""
    began = time.monotonic()

    def tell(phase: str, detail: str, *, done: bool) -> None:
        seconds = time.monotonic() - began
        progress(
            Progress(
                subject=change.workload, phase=phase, done=done, seconds=seconds, detail=detail
            )
        )

    progress(Progress(subject=change.workload, phase=change.change.value))
    try:
        act()
    except RuntimeFailure as failure:
        tell("failed", failure.summary, done=False)
        raise
    if change.change is not Change.KEEP:
        tell(change.change.value, change.reason, done=True)
