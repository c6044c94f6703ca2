"""Write into a pipe that others write into as well: a process's standard output."""

import os
import select
from collections.abc import Iterator

from seatrial.runtimes.shared.lines import LONGEST

_PATIENCE = 10.0  # seconds that the reader may take to make room in the pipe


def pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines together, as many as a pipe takes in one piece."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > LONGEST:
            yield piece
            piece = b""
        piece += line
    yield piece


def write(path: str, lines: Iterator[bytes]) -> None:
    """Whole lines together, as many as a pipe takes in one piece. Raises OSError."""
    pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        for piece in pieces(lines):
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
