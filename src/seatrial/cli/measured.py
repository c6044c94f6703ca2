"""What the writers of a store saw of a change of its primary, on the screen."""

import time
from collections.abc import Mapping
from typing import Any

from seatrial.app.failover import Cluster
from seatrial.cli import screen
from seatrial.contract.words import duration

_SEEN = 3.0  # seconds after the last step: what was sent meanwhile is answered by then
_AGAIN = 7  # times, with as long between: a store that has just moved may be slow to answer


def measured(one: Cluster, began: float) -> Mapping[str, Any] | None:
    """What they saw since; None where nobody writes here. Raises RuntimeFailure."""
    told = None
    for _ in range(_AGAIN):
        time.sleep(_SEEN)
        told = one.measured(began)
        if told is None or told["lost"] is not None:
            break
    return told


def say(step: str, began: float) -> None:
    """A step that was seen, and when."""
    screen.err().print(f"  {duration(time.time() - began)}: {step}")


def shown(told: Mapping[str, Any] | None, accepted: float | None = None) -> int:
    """What the writers saw of it; they write in a rehearsal alone. The exit code of that.

    `accepted` is in how many seconds all of what is lost may have been written; None: nothing may
    be. What nobody could see is not well.
    """
    if told is None:
        screen.err().print("nobody writes here all the time, so that no figure is known")
        return screen.READY
    console = screen.err()
    gaps = [each["seconds"] for each in told["gaps"]["writes"]["spans"]]
    console.print(f"for {duration(max(gaps, default=0.0))} no write was acknowledged")
    for each in told["double"]:
        both, lasted = " and ".join(each["members"]), duration(each["seconds"])
        console.print(f"{both} took writes at once for {lasted}")
    if told["lost"] is None:
        console.print("nobody could look for what was acknowledged: whether any is lost is unknown")
        return screen.UNDETERMINED
    lost, span = told["lost"]["rows"], told["lost"]["seconds"]
    console.print(f"of {told['writes']['acknowledged']} acknowledged writes {lost} are lost")
    if told["double"] or (lost and (accepted is None or span > accepted)):
        return screen.NOT_READY
    if not told["whole"]:
        console.print("the writers remember less than all of it: what else is lost is unknown")
        return screen.UNDETERMINED
    return screen.READY
