"""The prober's side of the browser: begins its process when it is needed, asks, and ends it.

Whatever hangs or falls there costs this process a few lines read from a pipe, and nobody else's
run or check its time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from seatrial.daemons.prober.browser.model import Order, written
from seatrial.daemons.shared.log import Log

PAGES = 6  # that are open at once: each is a process of tens of MiB
MEMORY = 1 << 30  # bytes of the browser with all of its processes
_START_S = 90.0
_WAIT_S = 10.0  # for a page to become free
_GRACE_S = 30.0  # beyond a run's own time, until the browser counts as hung
_END_S = 8.0
_AGAIN_S = 60.0  # until what could not be begun is tried again
_LINE = 1 << 20

Told = Callable[[Mapping[str, Any]], None]


class UnlookedError(Exception):
    """Nobody could look; the message says why."""


class Holder:
    """The browser's process, of which there is at most one, and none before it is asked for."""

    def __init__(
        self, folder: Path, log: Log, steady: Callable[[], float] = time.monotonic
    ) -> None:
        """`folder` is where failed runs are kept, and what the browser writes while it runs."""
        self._folder, self._log, self._steady = folder, log, steady
        self._hosts: Mapping[str, str] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Queue[Mapping[str, Any] | None]] = {}
        self._numbers = itertools.count(1)
        self._pages = asyncio.Semaphore(PAGES)
        self._beginning = asyncio.Lock()
        self._cannot, self._not_before = "", 0.0

    async def serve(self, hosts: Mapping[str, str], *, needed: bool) -> None:
        """From now on `hosts` are names that it does not ask DNS for, each with where it is.

        Where no journey needs it any more, or it knows other names, it ends.
        """
        if not needed or hosts != self._hosts:
            await self.end()
        self._hosts, self._not_before = hosts, 0.0

    async def walk(self, order: Order, told: Told) -> Mapping[str, Any]:
        """One run: `told` gets each step, and what is given back is its end.

        Raises UnlookedError.
        """
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._pages.acquire()
        except TimeoutError:
            raise UnlookedError(f"all {PAGES} pages of the browser are taken") from None
        try:
            await self._begin()
            return await self._ask(order, told)
        finally:
            self._pages.release()

    async def _ask(self, order: Order, told: Told) -> Mapping[str, Any]:
        number, answers = next(self._numbers), asyncio.Queue[Mapping[str, Any] | None]()
        self._answers[number] = answers
        process = self._process
        ended = False
        try:
            async with asyncio.timeout(order.timeout_s + _GRACE_S):
                await self._send({"id": number, "walk": written(order)})
                while True:
                    line = await answers.get()
                    if line is None:
                        raise UnlookedError("the browser's process ended")
                    if "end" in line:
                        ended = True
                        return dict(line["end"])
                    told(line)
        except TimeoutError:
            ended = True
            if process is self._process:
                await self.end()
            raise UnlookedError("the browser gave no answer, and was ended") from None
        finally:
            del self._answers[number]
            if not ended:
                with contextlib.suppress(UnlookedError):
                    await self._send({"cancel": number})

    async def _send(self, line: Mapping[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise UnlookedError("the browser's process ended")
        process.stdin.write(json.dumps(line, default=str).encode() + b"\n")
        try:
            await process.stdin.drain()
        except ConnectionError:
            raise UnlookedError("the browser's process ended") from None

    async def _begin(self) -> None:
        """Have a process that is ready. Raises UnlookedError."""
        async with self._beginning:
            if self._process is not None and self._process.returncode is None:
                return
            if self._steady() < self._not_before:
                raise UnlookedError(self._cannot)
            await self.end()
            try:
                await self._start()
            except UnlookedError as error:
                self._cannot, self._not_before = str(error), self._steady() + _AGAIN_S
                await self.end()
                raise

    async def _start(self) -> None:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "seatrial.daemons.prober.browser",
            f"--folder={self._folder}",
            f"--hosts={json.dumps(dict(self._hosts))}",
            f"--memory={MEMORY}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE,
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        try:
            async with asyncio.timeout(_START_S):
                first = await process.stdout.readline()
        except TimeoutError:
            raise UnlookedError(f"the browser's process was not ready in {_START_S:g} s") from None
        said = _line(first)
        if "ready" not in said:
            raise UnlookedError(str(said.get("cannot", "the browser's process does not start")))
        self._log.info("browser", pid=process.pid)
        self._reading = asyncio.create_task(self._read(process, process.stdout))

    async def _read(self, process: asyncio.subprocess.Process, lines: asyncio.StreamReader) -> None:
        """Hand each line to whoever waits for it; at the end nobody waits any longer."""
        try:
            with contextlib.suppress(ValueError, ConnectionError):  # a line beyond all bounds
                async for raw in lines:
                    said = _line(raw)
                    if (waiting := self._answers.get(said.get("id", 0))) is not None:
                        waiting.put_nowait(said)
        finally:
            for each in self._answers.values():
                each.put_nowait(None)
        if process is self._process:
            self._log.fault("browser", fault="its process ended")
            self._process = None
        await _ended(process)

    async def end(self) -> None:
        """End it, and everything that it began; the next run begins another."""
        process, self._process = self._process, None
        if process is not None:
            await _ended(process)
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Its input ends, which tells it to; then it is killed, and its pipes end what it began."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_END_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _line(raw: bytes) -> Mapping[str, Any]:
    with contextlib.suppress(ValueError):
        found = json.loads(raw)
        if isinstance(found, dict):
            return found
    return {}


@contextlib.asynccontextmanager
async def holding(holder: Holder | None) -> AsyncIterator[None]:
    """While the block runs there may be a browser."""
    try:
        yield
    finally:
        if holder is not None:
            await holder.end()
