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


def shown(told: Mapping[str, Any] | None, accepted: float | None = None) -> int:
    """What the writers saw of it; they write in a rehearsal alone. The exit code of that.

    `accepted` is how old what is lost may be, in seconds. What nobody could see is not well.
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
    lost, age = told["lost"]["rows"], told["lost"]["seconds"]
    console.print(f"of {told['writes']['acknowledged']} acknowledged writes {lost} are lost")
    if told["double"] or (lost and (accepted is None or age > accepted)):
        return screen.NOT_READY
    if not told["whole"]:
        console.print("the writers remember less than all of it: what else is lost is unknown")
        return screen.UNDETERMINED
    return screen.READY
