"""The process manager waits for nothing that it has closed."""

from __future__ import annotations

import os

import pytest
from supervisor.options import ServerOptions

from seatrial.runtimes.local.manager import Options


@pytest.mark.parametrize(("kind", "told"), [(Options, False), (ServerOptions, True)])
def test_what_is_closed_is_no_longer_waited_for(kind: type[ServerOptions], told: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Where supervisord itself has learned it, ours is not needed any more."""
    options = kind()
    reading, writing = os.pipe()
    options.poller.register_readable(reading)
    options.close_fd(reading)
    os.close(writing)
    # the number comes back, for the end of a pipe that nobody reads
    other, again = os.pipe()
    number = os.dup2(again, reading)
    os.close(other)
    try:
        assert bool(options.poller._poll_fds(0)) is told
    finally:
        options.close_fd(number)
        os.close(again)
        options.close_fd(number)  # twice is harmless
