"""Faults of a replica's network: processes have none of their own, so that there are none."""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import Disconnect, LosePackets
from seatrial.contract.runtime import RuntimeFailure

SHARED = "processes share the machine's network, and none can be taken off it"


def plan(action: Disconnect | LosePackets) -> Mapping[str, Any]:
    """Raises RuntimeFailure."""
    raise RuntimeFailure(
        f"{type(action).__name__} of {action.workload} is not to be had here: {SHARED}",
        "run the system in containers: `seatrial up --runtime compose`",
    )


def act(action: Disconnect | LosePackets, entry: Mapping[str, Any]) -> None:
    """Never asked: there is no plan."""
    del action, entry


def undo(entry: Mapping[str, Any]) -> None:
    """Never asked: nothing was done."""
    del entry
