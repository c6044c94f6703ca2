"""Whether a run is to be stopped: set by whoever is told so, asked by every drill."""


class Stop:
    """Set once, by a signal's handler or a thread.

    No `threading.Event`: that takes a lock, and a handler that interrupts a handler which holds it
    waits for ever. Two signals that come at once do just that.
    """

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._asked = False

    def set(self) -> None:
        """It is to be stopped."""
        self._asked = True

    def is_set(self) -> bool:
        """Whether it is."""
        return self._asked
