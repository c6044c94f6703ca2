"""A handler that writes many lines at once: a write of its own for each costs more than all else.

A line waits for at most WAIT_SECONDS; one of WARNING or above waits for nothing, and takes along
what waits before it. In a child that was forked from the handler's process no line waits: such a
child may end by os._exit, in which nothing of it would be told. So an end without a farewell
(kill -9, a signal that nobody handles, os._exit in a process that made its handler itself) loses
the ordinary lines of the last moment, any other end none. A reader that is slow makes the writer
wait, as it does with every handler.
"""

import atexit
import logging
import threading
import weakref
from contextlib import suppress
from typing import TextIO

from seatrial_instrument import forks

WAIT_SECONDS = 0.05
_MOST_BYTES = 65_536


class LineHandler(logging.Handler):
    """Formatted lines to a stream, in their order."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._begin()
        forks.in_child(self, LineHandler._forked)
        forks.at_end(self, LineHandler.attempt)
        # weak: a handler that was replaced is not kept for the end
        atexit.register(_flush, weakref.ref(self))

    def _begin(self) -> None:
        self._waiting: list[str] = []
        self._size = 0
        self._hurry = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._writing = threading.RLock()  # a signal's handler may log, too

    def _forked(self) -> None:
        """In a child: what waits is the parent's to write, and who knows how the child ends."""
        self._begin()
        self._hurry = True

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record; as every handler does, it reports its own errors to stderr."""
        try:
            self.line(self.format(record), now=record.levelno >= logging.WARNING)
        except Exception:  # noqa: BLE001 - what fails here must fail no request
            self.handleError(record)

    def line(self, text: str, *, now: bool) -> None:
        """Take a line without its end."""
        self._waiting.append(text)
        self._size += len(text)
        if now or self._hurry or self._size >= _MOST_BYTES:
            self.attempt()
        elif self._thread is None:
            self._start()
        elif not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Write what waits."""
        with self._writing:
            # by its length: another thread may append meanwhile, to the same list
            length = len(self._waiting)
            waiting = self._waiting[:length]
            del self._waiting[:length]
            self._size = 0
            if waiting and not self._stream.closed:
                waiting.append("")
                self._stream.write("\n".join(waiting))
                self._stream.flush()

    def attempt(self) -> None:
        """Write what waits; a reader that is gone ends no request."""
        with suppress(OSError, ValueError):
            self.flush()

    def hurry(self) -> None:
        """From now on no line waits: the process is about to end, perhaps by a signal."""
        self._hurry = True
        self.attempt()

    def close(self) -> None:
        """Write what waits; the stream stays open."""
        self.flush()
        super().close()

    def _start(self) -> None:
        thread = threading.Thread(
            target=_run, args=(weakref.ref(self), self._wake), name="seatrial-lines", daemon=True
        )
        self._thread = thread
        self._wake.set()
        try:
            thread.start()
        except RuntimeError:  # no more threads, or the interpreter ends
            self._thread = None
            self.attempt()


def _run(reference: "weakref.ref[LineHandler]", wake: threading.Event) -> None:
    """Let lines gather, write them; end when nobody holds the handler any more."""
    pause = threading.Event()
    while True:
        while not wake.wait(60):
            if reference() is None:
                return
        pause.wait(WAIT_SECONDS)
        wake.clear()
        _flush(reference)


def _flush(reference: "weakref.ref[LineHandler]") -> None:
    handler = reference()
    if handler is not None:
        handler.attempt()
