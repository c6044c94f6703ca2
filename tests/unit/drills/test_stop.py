from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

from seatrial.drills.stop import Stop

if TYPE_CHECKING:
    from types import FrameType


def test_it_may_be_set_while_it_is_being_set() -> None:
    """A signal comes on each line of what sets it; `threading.Event` never returns from this."""
    stop, left = Stop(), [5]

    def trace(_frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line" and left[0]:
            left[0] -= 1
            signal.raise_signal(signal.SIGINT)
        return trace

    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        stop.set()
    finally:
        sys.settrace(outer)
        signal.signal(signal.SIGINT, before)
    assert left[0] < 5
    assert stop.is_set()
