"""Write into the standard output of a replica: the pipe that its process writes to, too.

What is written goes the whole way of its own lines: through the pipe, supervisord, and the file.
"""

import os
import select
import time
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.contract.action import WriteLines
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.shared.lines import LONGEST, written
from seatrial.runtimes.shared.replicas import chosen

_PATIENCE = 10.0  # seconds that supervisord may take to make room in the pipe


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
            _write(f"/proc/{pid}/fd/1", lines)
        except OSError as error:
            raise RuntimeFailure(
                f"nothing can be written to the output of {action.workload}: {error.strerror}",
                "look whether it has closed or redirected it",
            ) from error


def _write(path: str, lines: Iterator[bytes]) -> None:
    """Whole lines together, as many as a pipe takes in one piece."""
    pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        piece = b""
        for line in lines:
            if piece and len(piece) + len(line) > LONGEST:
                _put(pipe, piece)
                piece = b""
            piece += line
        _put(pipe, piece)
    finally:
        os.close(pipe)


def _put(pipe: int, piece: bytes) -> None:
    """All of it or nothing, since it is shorter than what a pipe takes at once."""
    while piece:
        try:
            piece = piece[os.write(pipe, piece) :]
        except BlockingIOError:
            _, room, _ = select.select((), (pipe,), (), _PATIENCE)
            if not room:
                raise
