"""`python -m seatrial.daemons.prober.browser`: holds a browser for its prober, and ends with it.

Orders come as lines of JSON on standard input, what became of them goes to standard output. The end
of standard input is the prober's end, however it came about: then everything below is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seatrial.daemons.prober.browser import family, model
from seatrial.daemons.prober.result import UNKNOWN, Result

NO_LIBRARY = "the package playwright is not installed: `pip install 'seatrial[browser]'`"
_GRACE_S = 3.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m seatrial.daemons.prober.browser")
    parser.add_argument("--folder", type=Path, required=True, help="where failed runs are kept")
    parser.add_argument("--hosts", type=json.loads, default={}, help="names and where they are")
    parser.add_argument("--memory", type=int, required=True, help="most bytes of the browser")
    return parser.parse_args()


def _say(line: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more: the end of input comes, too
        sys.stdout.write(json.dumps(line, default=str) + "\n")
        sys.stdout.flush()


class _Orders:
    """Runs under way, by the number that the prober gave each."""

    def __init__(self, profiles: Path) -> None:
        """`profiles` is the folder that goes with the browser."""
        self._profiles = profiles
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.over = asyncio.Event()
        self.lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def listen(self) -> None:
        """Read standard input to its end, in a thread of its own."""
        for line in sys.stdin:
            self._loop.call_soon_threadsafe(self.lines.put_nowait, json.loads(line))
        self._loop.call_soon_threadsafe(self.over.set)
        # whatever the loop is busy with
        threading.Timer(_GRACE_S, _away, args=(self._profiles,)).start()

    def begin(self, number: int, run: Coroutine[Any, Any, None]) -> None:
        """Start one."""
        task = asyncio.create_task(run)
        self._tasks[number] = task
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    def cancel(self, number: int) -> None:
        """Nobody waits for it any more."""
        if task := self._tasks.get(number):
            task.cancel()


def _away(profiles: Path) -> None:
    family.end()
    shutil.rmtree(profiles, ignore_errors=True)
    os._exit(0)


async def _serve(options: argparse.Namespace) -> None:
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an option

        from seatrial.daemons.prober.browser.chromium import Chromium, clean  # noqa: PLC0415
        from seatrial.daemons.prober.browser.walking import walk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        _say({"cannot": NO_LIBRARY if error.name == "playwright" else str(error)})
        return
    profiles = clean(options.folder)
    os.environ["TMPDIR"] = str(profiles)
    orders = _Orders(profiles)
    threading.Thread(target=orders.listen, daemon=True).start()
    async with async_playwright() as playwright:
        chromium = Chromium(playwright, options.hosts)
        watching = asyncio.create_task(chromium.watch(options.memory))

        async def run(number: int, order: model.Order) -> None:
            try:
                end = await walk(
                    chromium, order, options.folder, lambda told: _say({"id": number, **told})
                )
            except Exception as error:  # noqa: BLE001 - a run must end, whatever its library makes of a driver that is gone
                end = Result(outcome=UNKNOWN, fault=f"{type(error).__name__}: {error}"[:200])
                chromium.broken.set()
            _say({"id": number, "end": asdict(end)})

        async def take() -> None:
            while True:
                found = await orders.lines.get()
                if "cancel" in found:
                    orders.cancel(found["cancel"])
                else:
                    orders.begin(found["id"], run(found["id"], model.order(found["walk"])))

        await chromium.warm()
        taking = asyncio.create_task(take())
        _say({"ready": True})
        ends = [asyncio.create_task(each.wait()) for each in (orders.over, chromium.broken)]
        await asyncio.wait(ends, return_when="FIRST_COMPLETED")
        for each in (*ends, taking, watching):
            each.cancel()
        if chromium.broken.is_set():  # nobody is there to say good-bye to
            _away(profiles)
        await chromium.close()
    await asyncio.to_thread(shutil.rmtree, profiles, ignore_errors=True)


if __name__ == "__main__":
    family.adopt()
    try:
        asyncio.run(_serve(_options()))
    finally:
        family.end()
