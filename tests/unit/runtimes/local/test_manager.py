"""The process manager waits for nothing that it has closed."""

from __future__ import annotations

import os
import select

import pytest
from supervisor.options import ServerOptions

from seatrial.runtimes.local.manager import Options


@pytest.mark.parametrize(("kind", "turns"), [(Options, False), (ServerOptions, True)])
def test_what_is_closed_is_no_longer_waited_for(kind: type[ServerOptions], turns: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Where supervisord itself has learned it, ours is not needed any more."""
    poller = kind().poller
    reading, writing = os.pipe()
    poller.register_readable(reading)
    assert poller.poll(0) == ([], [])
    os.close(reading)
    os.close(writing)
    # the number comes back, for the end of a pipe that nobody reads
    other, again = os.pipe()
    os.dup2(again, reading)
    if other != reading:
        os.close(other)
    try:
        assert poller.poll(0) == ([], [])
        assert bool(poller._poller.poll(0)) is turns, "poll would tell of it at once, each time"
    finally:
        os.close(again)
        os.close(reading)


def test_what_is_asked_for_each_time_is_told_each_time() -> None:
    poller = Options().poller
    reading, writing = os.pipe()
    try:
        os.write(writing, b"x")
        for _ in range(2):
            poller.register_readable(reading)
            poller.register_writable(writing)
            assert poller.poll(0) == ([reading], [writing])
        poller.register_writable(writing)
        assert poller.poll(0) == ([], [writing])
        poller.unregister_writable(writing)
        assert poller.poll(0) == ([], [])
        poller.register_readable(reading)
        os.close(writing)
        os.read(reading, 1)
        poller.register_readable(reading)
        assert poller.poll(0) == ([reading], []), "an end is told, too"
        assert select.POLLHUP & poller.READ
    finally:
        os.close(reading)
