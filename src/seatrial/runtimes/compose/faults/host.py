"""Let the engine's machine write a line, as a program of its own would."""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import WriteHostLine
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import host
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.host import CURE


def plan(fleet: Fleet) -> Mapping[str, Any]:
    """There is nothing to undo. Raises RuntimeFailure where nothing takes a line."""
    reason = host.lacking(fleet.names.state)
    if reason:
        raise RuntimeFailure(reason, CURE)
    return {"kind": "none"}


def act(action: WriteHostLine, fleet: Fleet) -> None:
    """Write it."""
    takes = host.noted(fleet.names.state).takes
    host.write(fleet.engine, fleet.helper().id, fleet.names.labels, takes, action.text)
