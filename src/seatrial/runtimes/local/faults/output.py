"""Write into the standard output of a replica: the pipe that its process writes to, too.

What is written goes the whole way of its own lines: through the pipe, supervisord, and the file.
"""

import time
from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import WriteLines
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.lines import written
from seatrial.runtimes.shared.pipe import write
from seatrial.runtimes.shared.replicas import chosen


def plan(action: WriteLines, fleet: Fleet) -> Mapping[str, Any]:
    """There is nothing to undo. Raises RuntimeFailure for a replica that is not there."""
    chosen(action.workload, action.replica, fleet.replicas(action.workload))
    return {"kind": "none", "workload": action.workload}


def act(action: WriteLines, fleet: Fleet) -> None:
    """Write every line to every replica that is meant."""
    count = fleet.replicas(action.workload)
    for replica in chosen(action.workload, action.replica, count):
        pid = fleet.pid(action.workload, replica)
        if pid is None:
            raise RuntimeFailure(
                f"{action.workload} (replica {replica}) does not run: it has no output",
                f"run `seatrial status --logs {action.workload}`",
            )
        lines = written(action, replica, time.time)
        try:
            write(f"/proc/{pid}/fd/1", lines)
        except OSError as error:
            raise RuntimeFailure(
                f"nothing can be written to the output of {action.workload}: {error.strerror}",
                "look whether it has closed or redirected it",
            ) from error
