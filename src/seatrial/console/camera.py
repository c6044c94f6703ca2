"""Pictures of the boards as `seatrial boards` draws them, by the browser of this machine.

A picture is kept with evidence and decides nothing: where there is no browser, or it takes too
long, that is said.
"""

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import uvicorn

from seatrial.app.boards import Source
from seatrial.app.pictures import Taken
from seatrial.app.refused import Refused
from seatrial.console.app import application
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared import browser

_HOST = "127.0.0.1"
_WIDE, _HIGH = 1280, 900
_PATIENCE = 5.0  # seconds for one answer of the browser
_IN_ALL = 10.0  # seconds for all pictures of a proof, which must not become much longer by them
_NONE = "no browser is on PATH (install chromium)"
_SPENT = f"the {_IN_ALL:.0f} s for pictures were spent"


class Camera:
    """Takes pictures of a file's boards; one call at a time.

    Server and browser are started for the first picture, and end when it is closed.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing is started yet."""
        self._file, self._now = file, now
        self._guard = threading.Lock()
        self._left = _IN_ALL
        self._open = ExitStack()
        self._tab: browser.Browser | None = None
        self._address = ""

    def __call__(self, uids: tuple[str, ...], start: float, end: float) -> Taken:
        """The boards between two instants, in seconds since the epoch."""
        program = browser.found()
        if program is None:
            return Taken(lacking=_NONE)
        made: dict[str, bytes] = {}
        with self._guard:
            began = self._now()
            try:
                for uid in uids:
                    if self._now() - began > self._left:
                        return Taken(pictures=made, lacking=_SPENT)
                    made[uid] = self._picture(program, uid, start, end)
            except (Refused, RuntimeFailure, OSError, ValueError) as error:
                self.close()
                return Taken(pictures=made, lacking=f"{error}")
            finally:
                self._left -= self._now() - began
        return Taken(pictures=made)

    def _picture(self, program: str, uid: str, start: float, end: float) -> bytes:
        if self._tab is None:
            self._address = self._open.enter_context(_served(self._file))
            self._tab = self._open.enter_context(_opened(program))
        span = f"from={start * 1000:.0f}&to={end * 1000:.0f}"
        self._tab.open(f"{self._address}/d/{uid}?{span}", width=_WIDE, height=_HIGH)
        return self._tab.picture(whole=True)

    def close(self) -> None:
        """End what was started."""
        self._tab = None
        self._open.close()


@contextmanager
def _opened(program: str) -> Iterator[browser.Browser]:
    with tempfile.TemporaryDirectory(
        prefix="seatrial-browser-", ignore_cleanup_errors=True
    ) as profile:
        tab = browser.Browser(program, Path(profile), patience=_PATIENCE)
        try:
            # the page is whole without its scripts, and sooner there
            tab.call("Emulation.setScriptExecutionDisabled", value=True)
            yield tab
        finally:
            tab.close()


@contextmanager
def _served(file: Path) -> Iterator[str]:
    """The pages on a free port of loopback; ended on the way out."""
    source = Source(file)
    listener = socket.socket()
    listener.bind((_HOST, 0))
    listener.listen()
    config = uvicorn.Config(
        application(source, (_HOST,)),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)

    def run() -> None:
        asyncio.run(server.serve(sockets=[listener]))

    thread = threading.Thread(target=run, name="boards for pictures", daemon=True)
    with listener, closing(source):
        thread.start()
        try:
            yield f"http://{_HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=_PATIENCE)
