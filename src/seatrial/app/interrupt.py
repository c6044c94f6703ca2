"""Being told to stop: Ctrl-C, a SIGTERM and a lost terminal are one thing."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt as Ctrl-C does; they also set the event.

    For the main thread only, since signals come to it.
    """
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    before = {each: signal.signal(each, ask) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
