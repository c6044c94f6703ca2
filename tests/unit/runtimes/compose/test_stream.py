"""Talking to a command, whose part a thread plays."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.stream import frames, talk


def frame(number: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", number, len(data)) + data


@contextmanager
def played(command: Callable[[socket.socket], None]) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(20)  # a test that would hang fails
    player = threading.Thread(target=command, args=(theirs,))
    player.start()
    try:
        yield ours
    finally:
        player.join()
        theirs.close()


def test_a_command_may_write_more_than_fits_before_it_reads() -> None:
    def chatty(there: socket.socket) -> None:
        there.sendall(frame(1, b"x" * (4 << 20)))
        heard = 0
        while part := there.recv(1 << 16):
            heard += len(part)
        there.sendall(frame(2, str(heard).encode()))
        there.close()

    with played(chatty) as ours:
        output, error = talk(ours, "y" * (4 << 20), "chatty", 30)
    assert (len(output), error) == (4 << 20, str(4 << 20))


def test_a_command_may_end_without_reading_its_input() -> None:
    def deaf(there: socket.socket) -> None:
        there.sendall(frame(1, b"done"))
        there.shutdown(socket.SHUT_RDWR)

    with played(deaf) as ours:
        assert talk(ours, "y" * (4 << 20), "deaf", 30) == ("done", "")


def test_a_command_that_does_not_end_is_told() -> None:
    ended = threading.Event()
    with played(lambda _there: ended.wait(20) and None) as ours:
        try:
            with pytest.raises(RuntimeFailure, match=r"sleep did not end within 0\.1 s"):
                talk(ours, "", "sleep", 0.1)
        finally:
            ended.set()
    assert ours.fileno() == -1


def test_frames_are_told_apart_also_when_the_last_is_cut_off() -> None:
    stream = frame(1, b"a") + frame(2, b"") + frame(1, b"bcd")[:-1]
    assert list(frames(stream)) == [(1, b"a"), (2, b""), (1, b"bc")]
