"""supervisord, which waits for no descriptor that it has closed: `python -P manager.py -c CONFIG`.

supervisord 4.3 closes the pipes of a program that has ended and leaves them with its poller. Their
numbers come back as those of the next program's: where that is the end of a pipe whose other end
nobody reads (the launcher gives each program another standard input), poll tells of an error at
once, each time, which supervisord overlooks. It then turns for ever, at a whole processor.
"""

from contextlib import suppress

from supervisor.options import ServerOptions
from supervisor.supervisord import go


class Options(ServerOptions):  # type: ignore[misc]  # it has no types
    """Those of supervisord."""

    def close_fd(self, fd: int) -> None:
        """Close a descriptor, and wait for it no more."""
        for forget in (self.poller.unregister_readable, self.poller.unregister_writable):
            with suppress(KeyError, OSError):  # it is not waited for
                forget(fd)
        super().close_fd(fd)


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
