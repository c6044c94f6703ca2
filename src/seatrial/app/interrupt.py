"""Being told to stop: Ctrl-C, a SIGTERM and a lost terminal are one thing."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt as Ctrl-C does; they also set the event.

    For the main thread only, since signals come to it. What whoever started this has told to be
    ignored (nohup) stays so.
    """
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    heard = (signal.SIGTERM, signal.SIGHUP)
    before = {
        each: signal.signal(each, ask)
        for each in heard
        if signal.getsignal(each) is not signal.SIG_IGN
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
