"""Being told to stop, by whom and whether that is heard."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from seatrial.app.interrupt import stopping, to_its_end
from seatrial.drills.stop import Stop


@pytest.fixture
def _heard() -> Iterator[None]:
    """Tests in the background of a shell have Ctrl-C ignored, and under nohup a lost terminal."""
    default = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in default.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_heard")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_interrupts_and_is_noted(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), stopping() as stop:
        os.kill(os.getpid(), number)
    assert stop.is_set()


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
        assert not stop.is_set()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("_heard")
def test_work_comes_to_its_end_however_often_one_asks_it_to_stop() -> None:
    stop, undone, told = Stop(), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        for _ in range(4):  # whoever cannot wait; each is heard before the next, or two are one
            os.kill(os.getpid(), signal.SIGINT)
            assert told.acquire(timeout=30)
        assert stop.is_set()
        undone.set()

    with pytest.raises(KeyboardInterrupt):
        to_its_end(work, stop, told.release)
    assert undone.is_set()


def test_what_work_raises_is_raised_and_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        to_its_end(work, Stop(), lambda: None)
    assert signal.getsignal(signal.SIGINT) is before
