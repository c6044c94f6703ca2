"""Wait for something to become true, with a sentence where it does not."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

# Far beyond what anything here takes: it bounds a hang, it measures nothing.
PATIENCE_SECONDS = 60.0


def until(what: str, look: Callable[[], Found], *, seconds: float = PATIENCE_SECONDS) -> Found:
    """The first truthy answer of `look`. Raises AssertionError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.05)


def free_port() -> int:
    """A loopback TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
