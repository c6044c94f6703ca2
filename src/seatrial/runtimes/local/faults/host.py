"""Let the machine write a line, as a program would: by syslog, or by the kernel's messages.

Formats: RFC 3164 for what the syslog socket takes; the kernel's ABI document dev-kmsg.
"""

import os
import socket
import time
from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import WriteHostLine
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local import host

_WARNING = "<12>"  # of the facility user
_WRITER = "seatrial"


def plan() -> Mapping[str, Any]:
    """There is nothing to undo. Raises RuntimeFailure where nothing takes a line."""
    reason = host.lacking(host.sources())
    if reason:
        raise RuntimeFailure(reason, host.CURE)
    return {"kind": "none"}


def act(action: WriteHostLine) -> None:
    """Write it."""
    takes = host.sources().takes
    text = action.text.replace("${now}", f"{time.time():.6f}")
    try:
        _write(takes, f"{_WARNING}{_WRITER}: {text}".encode())
    except OSError as error:
        raise RuntimeFailure(
            f"{takes} takes no line: {error.strerror}", "look whether a syslog daemon listens there"
        ) from error


def _write(takes: str, line: bytes) -> None:
    if takes.endswith(host.SOCKET):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(takes)
            one.send(line)
        return
    file = os.open(takes, os.O_WRONLY)
    try:
        os.write(file, line + b"\n")  # without an end nobody sees it until another line comes
    finally:
        os.close(file)
