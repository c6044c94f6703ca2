"""What the engine's machine itself writes: no container is shown it, so that there is no fault."""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import WriteHostLine
from seatrial.contract.runtime import RuntimeFailure

_CURE = "run the system on processes of that machine: `seatrial up --runtime local`"
UNSEEN = f"what the engine's machine itself writes is shown to no container; {_CURE}"


def plan(action: WriteHostLine) -> Mapping[str, Any]:
    """Raises RuntimeFailure."""
    del action
    raise RuntimeFailure("nothing is written in the name of the engine's machine", _CURE)
