"""A daemon's life: its logs, its start, its exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.log import Log, take_library_logs

CANNOT_START = 2


def life(daemon: str, run: Callable[[Log], None]) -> int:
    """Run it to its end; the exit code is 0 after SIGTERM, 2 when it cannot start."""
    log = Log(daemon=daemon, stream=sys.stdout, clock=time.time)
    take_library_logs(log)
    try:
        run(log)
    except StartError as error:
        log.fault("cannot start", fault=str(error))
        return CANNOT_START
    log.info("ended")
    return 0
