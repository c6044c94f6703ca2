"""Write into the standard output of a container: the pipe that its process writes to, too.

What is written goes the whole way of its own lines: through the pipe, the engine, and its file.
From the engine's own machine, as root, that is the pipe as the machine shows it; from elsewhere a
command inside the container, which needs a shell there.
"""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seatrial.contract.action import WriteLines
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.commands import execute
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.lines import written
from seatrial.runtimes.shared.pipe import write
from seatrial.runtimes.shared.replicas import chosen

_INSIDE = ("sh", "-c", "cat > /proc/1/fd/1")


def plan(action: WriteLines, fleet: Fleet) -> Mapping[str, Any]:
    """There is nothing to undo. Raises RuntimeFailure for a replica that is not there."""
    chosen(action.workload, action.replica, fleet.replicas(action.workload))
    return {"kind": "none", "workload": action.workload}


def act(action: WriteLines, fleet: Fleet) -> None:
    """Write every line to every replica that is meant."""
    for replica in chosen(action.workload, action.replica, fleet.replicas(action.workload)):
        name = fleet.name(action.workload, replica)
        found = fleet.engine.inspect(name)
        if found is None or not found["State"].get("Running"):
            raise RuntimeFailure(
                f"{action.workload} (replica {replica}) does not run: it has no output",
                f"run `seatrial status --logs {action.workload}`",
            )
        lines = written(action, replica, time.time)
        pid = int(found["State"]["Pid"])
        if is_here(pid, str(found["Id"])):
            _write_here(action.workload, pid, lines)
        else:
            _write_inside(action.workload, name, lines, fleet)


def is_here(pid: int, container: str) -> bool:
    """Whether the process is on this machine, is the container's, and its output may be opened."""
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii", errors="replace")
        return pid > 1 and container in groups and Path(f"/proc/{pid}/fd/1").is_fifo()
    except OSError:
        return False


def _write_here(workload: str, pid: int, lines: Iterator[bytes]) -> None:
    try:
        write(f"/proc/{pid}/fd/1", lines)
    except OSError as error:
        raise RuntimeFailure(
            f"nothing can be written to the output of {workload}: {error.strerror}",
            "look whether it has closed or redirected it",
        ) from error


def _write_inside(workload: str, name: str, lines: Iterator[bytes], fleet: Fleet) -> None:
    done = execute(fleet.engine, name, _INSIDE, stdin=b"".join(lines).decode())
    if done.status:
        raise RuntimeFailure(
            f"nothing can be written to the output of {workload}: its process is not on this"
            f" machine, and from inside it says {(done.stderr or done.stdout).strip()}",
            "run seatrial on the engine's own machine, as root",
        )
