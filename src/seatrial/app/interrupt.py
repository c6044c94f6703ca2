"""Being told to stop: Ctrl-C, a SIGTERM and a lost terminal are one thing."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

from seatrial.drills.stop import Stop

_HEARD = (signal.SIGTERM, signal.SIGHUP)
_LISTEN = 0.2  # seconds


@contextmanager
def stopping() -> Iterator[Stop]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt as Ctrl-C does; they also set the event.

    For the main thread only, since signals come to it. What whoever started this has told to be
    ignored (nohup) stays so.
    """
    stop = Stop()

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    with _handled(_HEARD, ask):
        yield stop


def to_its_end(work: Callable[[], None], stop: Stop, told: Callable[[], None]) -> None:
    """Do the work where no signal interrupts it; who wants it to stop sets the event by a signal.

    What the work has begun to undo is undone to the end, however often somebody presses Ctrl-C:
    `told` is called each time, to say so. Raises KeyboardInterrupt after the work has ended, when
    it was told to stop, and else what the work raises.
    """
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        # nothing that takes a lock: the next signal may interrupt this one
        asked.append(number)
        stop.set()

    heard = 0
    with _handled((signal.SIGINT, *_HEARD), ask), ThreadPoolExecutor(max_workers=1) as pool:
        doing = pool.submit(work)
        # a signal that another thread of the process takes does not wake this one
        while not wait((doing,), timeout=_LISTEN).done:
            while heard < len(asked):
                heard += 1
                told()
        failure = doing.exception()
    if asked:
        raise KeyboardInterrupt
    if failure is not None:
        raise failure


@contextmanager
def _handled(
    numbers: tuple[signal.Signals, ...], handler: Callable[[int, object], None]
) -> Iterator[None]:
    """These signals by this handler, unless they are ignored."""
    before = {
        each: signal.signal(each, handler)
        for each in numbers
        if signal.getsignal(each) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
