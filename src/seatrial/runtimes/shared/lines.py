"""The bytes of lines that are written in a replica's name."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from seatrial.contract.action import WriteLines

LONGEST = 4096  # bytes that a pipe takes in one piece, whoever else writes (POSIX: PIPE_BUF)


def written(action: WriteLines, replica: int, clock: Callable[[], float]) -> Iterator[bytes]:
    """Every line with what is only known now, each as it is asked for."""
    for number in range(action.times):
        now = clock()
        told = {
            "${now}": f"{now:.6f}",
            "${time}": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
            "${replica}": str(replica),
            "${number}": str(number),
        }
        for line in action.lines:
            text = line
            for name, value in told.items():
                text = text.replace(name, value)
            yield f"{text}\n".encode()
