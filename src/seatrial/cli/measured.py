"""What the writers of a store saw of a change of its primary, on the screen."""

import time
from collections.abc import Mapping
from typing import Any

from seatrial.app.failover import Cluster
from seatrial.cli import screen
from seatrial.contract.words import duration

_SEEN = 3.0  # seconds after the last step: what was sent meanwhile is answered by then


def measured(one: Cluster, began: float) -> Mapping[str, Any] | None:
    """What they saw since; None where nobody writes here. Raises RuntimeFailure."""
    time.sleep(_SEEN)
    return one.measured(began)


def say(step: str, began: float) -> None:
    """A step that was seen, and when."""
    screen.err().print(f"  {duration(time.time() - began)}: {step}")


def shown(told: Mapping[str, Any] | None) -> int:
    """What the writers saw of it; they write in a rehearsal alone."""
    if told is None:
        screen.err().print("nobody writes here all the time, so that no figure is known")
        return screen.READY
    console = screen.err()
    gaps = [each["seconds"] for each in told["gaps"]["writes"]["spans"]]
    console.print(f"for {duration(max(gaps, default=0.0))} no write was acknowledged")
    if told["lost"] is None:
        console.print("nobody could look for what was acknowledged: whether any is lost is unknown")
        return screen.NOT_READY
    lost = told["lost"]["rows"]
    console.print(f"of {told['writes']['acknowledged']} acknowledged writes {lost} are lost")
    return screen.NOT_READY if lost else screen.READY
