"""supervisord, which waits for nothing but what it has open: `python -P manager.py -c CONFIG`.

supervisord 4.3 closes pipes of programs and sockets of its clients, and leaves them with its
poller. Their numbers come back as those of the next program's pipes: where that is the end of a
pipe whose other end nobody reads (the launcher gives each program another standard input), poll
tells of an error at once, each time, which supervisord overlooks. It then turns for ever, at a
whole processor.
"""

from contextlib import suppress
from typing import Any

from supervisor.options import ServerOptions
from supervisor.poller import PollPoller
from supervisor.supervisord import go


class Poller(PollPoller):  # type: ignore[misc]  # it has no types
    """Waits for what was asked for since it waited last: supervisord asks for all each time."""

    def __init__(self, options: Any) -> None:
        """Nothing was asked for yet."""
        self._read: set[int] = set()
        self._written: set[int] = set()
        super().__init__(options)

    def register_readable(self, fd: int) -> None:
        """Wait until it can be read, the next time."""
        self._read.add(fd)
        super().register_readable(fd)

    def register_writable(self, fd: int) -> None:
        """Wait until it can be written, the next time."""
        self._written.add(fd)
        super().register_writable(fd)

    def poll(self, timeout: float) -> Any:
        """Wait, at most for so many seconds; what can be read, and what can be written."""
        for fd in self.readables - self._read:
            with suppress(KeyError):  # it is gone already
                self.unregister_readable(fd)
        for fd in self.writables - self._written:
            with suppress(KeyError):
                self.unregister_writable(fd)
        self._read.clear()
        self._written.clear()
        return super().poll(timeout)


class Options(ServerOptions):  # type: ignore[misc]  # it has no types
    """Those of supervisord, with that poller."""

    def __init__(self) -> None:
        """As supervisord has them."""
        super().__init__()
        self.poller = Poller(self)


def main() -> None:
    """Hold programs until it is told to end. supervisord's own `main`, without its restart."""
    options = Options()
    options.realize()
    options.first, options.test = True, False
    go(options)
    options.close_httpservers()
    options.close_logger()


if __name__ == "__main__":
    main()
