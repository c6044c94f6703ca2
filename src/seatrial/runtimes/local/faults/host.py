"""Let the machine write a line, as a program would: by syslog, or by the kernel's messages."""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import WriteHostLine
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared import host


def plan() -> Mapping[str, Any]:
    """There is nothing to undo. Raises RuntimeFailure where nothing takes a line."""
    reason = host.lacking(host.sources())
    if reason:
        raise RuntimeFailure(reason, host.CURE)
    return {"kind": "none"}


def act(action: WriteHostLine) -> None:
    """Write it."""
    takes = host.sources().takes
    try:
        host.write(takes, action.text)
    except OSError as error:
        raise RuntimeFailure(
            f"{takes} takes no line: {error.strerror}", "look whether a syslog daemon listens there"
        ) from error
