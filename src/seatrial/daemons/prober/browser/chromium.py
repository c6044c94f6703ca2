"""The one browser: begun when it is first needed, and again when it ended or has had enough."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, Playwright

from seatrial.daemons.prober.browser import family

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium is installed here: `apt-get install chromium`, or another package of it"
MEMORY = 1 << 30  # bytes of all its processes
RUNS = 500  # after so many it begins anew: what a browser leaks is bounded, too
_START_S = 60.0
_AGAIN_S = 30.0  # until what does not start is tried again
_LONGEST = 60  # bytes of a path, to which it adds 46
_SHORT = Path("/tmp")  # noqa: S108 - a folder of its owner's alone is made there
_LOOK_S = 2.0
_END_S = 2.0
_CLOSE_S = 20.0  # on a machine that is busy with other pages
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--js-flags=--max-old-space-size=512",  # MiB of a page's own objects
)


class LostError(Exception):
    """There is no browser, or it ended: nobody could look."""


class Chromium:
    """Gives a context of its own to each run: no cookie, no storage, no cache of another's."""

    def __init__(self, playwright: Playwright, hosts: Mapping[str, str]) -> None:
        """`hosts` are names that are not asked of DNS, each with where it is."""
        self._playwright, self._hosts = playwright, hosts
        self._browser: Browser | None = None
        self._sandboxed = os.geteuid() != 0  # as root it refuses to have one
        self._starting = asyncio.Lock()
        self._runs = self._open = 0
        self._not_before = 0.0
        self.over = ""  # why it was ended last
        self.broken = asyncio.Event()  # what drives it is gone: this process has no further use

    @asynccontextmanager
    async def context(self, *, verify: bool) -> AsyncIterator[BrowserContext]:
        """A new one. Raises LostError."""
        browser = await self._ready()
        self._runs += 1
        self._open += 1
        try:
            found = await browser.new_context(
                ignore_https_errors=not verify,
                accept_downloads=False,
                viewport={"width": 1280, "height": 720},
            )
        except Error as error:
            self._open -= 1
            raise LostError(f"no page can be opened: {error.message[:200]}") from error
        try:
            yield found
        finally:
            self._open -= 1
            try:
                async with asyncio.timeout(_CLOSE_S):
                    await found.close()
            except (Error, TimeoutError):  # it is gone already, or hangs
                if browser.is_connected():
                    await self._drop("a page could not be closed")

    async def warm(self) -> None:
        """Begin it before anybody waits; what is wrong, the first run tells."""
        with suppress(LostError):
            await self._ready()

    async def _ready(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._runs >= RUNS and not self._open:
                await self._drop("")
            if self._browser is None or not self._browser.is_connected():
                self._browser = await self._begin()
                self._runs, self.over = 0, ""
            return self._browser

    async def _begin(self) -> Browser:
        if self._not_before > time.monotonic():
            raise LostError(self.over)
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise LostError(NO_BROWSER)
        try:
            return await self._launch(program)
        except Error as error:
            self._told(program, error)
        return await self._unsandboxed(program)

    async def _unsandboxed(self, program: str) -> Browser:
        """A container, or a machine without user namespaces, has no room for a sandbox."""
        sandboxed, self._sandboxed = self._sandboxed, False
        if not sandboxed:
            raise LostError(self.over)
        try:
            return await self._launch(program)
        except Error as error:
            self._told(program, error)
            raise LostError(self.over) from error

    def _told(self, program: str, error: Error) -> None:
        self.over = f"{program} does not start: {_last(error)}"
        if not self._sandboxed:
            self._not_before = time.monotonic() + _AGAIN_S
        if "Connection closed" in error.message:
            self.broken.set()

    async def _launch(self, program: str) -> Browser:
        rules = ",".join(f"MAP {name} {at}" for name, at in self._hosts.items())
        return await self._playwright.chromium.launch(
            executable_path=program,
            chromium_sandbox=self._sandboxed,
            args=[*_FLAGS, *((f"--host-resolver-rules={rules}",) if rules else ())],
            timeout=_START_S * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _drop(self, why: str) -> None:
        """End it: runs under way see that it is gone."""
        browser, self._browser, self.over = self._browser, None, why
        if browser is not None:
            try:
                async with asyncio.timeout(_END_S):
                    await browser.close()
            except (Error, TimeoutError):
                await asyncio.to_thread(_end_browsers)

    async def watch(self, most: int) -> None:
        """End it when all of its processes hold more than `most` bytes; until cancelled.

        Without what drives it there is nothing to be ended, and nothing that would say so.
        """
        while True:
            await asyncio.sleep(_LOOK_S)
            family.bury()
            if not await asyncio.to_thread(family.driven):
                self.broken.set()
            if self._browser is None:
                continue
            held = await asyncio.to_thread(family.memory)
            if held > most:
                await self._drop(f"the browser held {held >> 20} MiB of {most >> 20}")

    async def close(self) -> None:
        """End it for good."""
        await self._drop("")


def _end_browsers() -> None:
    """All but what drives it: that begins the next one."""
    family.end(but=family.DRIVER)
    family.bury()


def _last(error: Error) -> str:
    """What the browser itself said last; its own words are at the end of a long text."""
    lines = [each.strip() for each in error.message.splitlines() if each.strip()]
    said = [each for each in lines if "[err]" in each]
    fatal = [each for each in said if ":FATAL:" in each]
    return (*fatal, *reversed(said), lines[0])[0][:300]


def clean(folder: Path) -> Path:
    """An empty folder for what it writes while it runs; what a killed one left goes.

    It makes sockets there, whose paths are short (unix(7): 107 bytes): where the folder's is long,
    another is taken.
    """
    found = folder / "tmp"
    shutil.rmtree(found, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if len(os.fsencode(found.absolute())) > _LONGEST:
        return _short(folder.absolute())
    found.mkdir(mode=0o700)
    return found.absolute()


def _short(folder: Path) -> Path:
    """The same one at each start, so that what a killed one left goes; else a new one."""
    found = _SHORT / f"seatrial-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    try:
        if found.is_dir() and not found.is_symlink() and found.stat().st_uid == os.geteuid():
            shutil.rmtree(found)
        found.mkdir(mode=0o700)
    except OSError:  # somebody else's
        return Path(tempfile.mkdtemp(prefix="seatrial-", dir=_SHORT))
    return found
