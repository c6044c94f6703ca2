"""Asks each check when it is due, and counts what it saw."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from importlib import import_module

import aiohttp

from seatrial.daemons.prober.checks import http
from seatrial.daemons.prober.checks.figures import CheckFigures, Series
from seatrial.daemons.prober.checks.model import Check, Seen, failed
from seatrial.daemons.prober.checks.reasons import Reason, of_error
from seatrial.daemons.prober.checks.timetable import Timetable
from seatrial.daemons.shared.log import Log

_LONGEST_WAIT_S = 1.0


@cache
def _plainly(kind: str) -> Callable[[Check, str], Awaitable[Seen]]:
    """How a kind is asked; loaded when it is: the libraries of all hold as much as the prober."""
    way: Callable[[Check, str], Awaitable[Seen]]
    way = import_module(f"seatrial.daemons.prober.checks.{kind}").ask
    return way


async def ask(session: aiohttp.ClientSession, check: Check, target: str) -> Seen:
    """Ask once within the check's time; whatever goes wrong has its word."""
    try:
        async with asyncio.timeout(check.timeout_s):
            if check.kind == "http":
                return await http.ask(session, check, target)
            return await _plainly(check.kind)(check, target)
    except TimeoutError:
        return Seen(reason=Reason.TIMEOUT, fault=f"not done within {check.timeout_s:g} s")
    except Exception as error:  # noqa: BLE001 - a fault of ours is `unknown`, and ends no other check
        foreign = isinstance(error, aiohttp.ClientError) and not isinstance(error, OSError)
        return failed(Reason.PROTOCOL if foreign else of_error(error), error)


class Asker:
    """Holds the timetable of all checks of one plan."""

    def __init__(
        self,
        checks: tuple[Check, ...],
        *,
        session: aiohttp.ClientSession,
        figures: CheckFigures,
        log: Log,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.checks = checks
        for each in checks:
            if each.kind != "http":
                _plainly(each.kind)  # now, so that no first answer is late
        self._session, self._figures, self._log, self._steady = session, figures, log, steady
        # not a secret, only spread: seeded by the machine, so that two probers are not in step
        self._table = Timetable(checks, steady(), random.Random().random)  # noqa: S311
        self._targets: dict[str, Iterator[str]] = {
            each.name: itertools.cycle(each.targets) for each in checks
        }
        self._series: dict[str, Series] = {each.name: figures.of(each) for each in checks}
        self._last: dict[str, Reason] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Run until cancelled; then the checks' series are gone, too."""
        try:
            while True:
                self._begin()
                now = self._steady()
                due = self._table.next
                wait = _LONGEST_WAIT_S if due is None else min(due - now, _LONGEST_WAIT_S)
                await asyncio.sleep(max(wait, 0))
        finally:
            for task in self._asking:
                task.cancel()
            await asyncio.gather(*self._asking, return_exceptions=True)
            for each in self._series.values():
                each.remove()

    def _begin(self) -> None:
        for due in self._table.due(self._steady()):
            if due.missed:
                self._series[due.check.name].missed(due.missed)
            task = asyncio.create_task(self._one(due.check, due.at))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _one(self, check: Check, at: float) -> None:
        began = self._steady()
        self._figures.lag.observe(max(0.0, began - at))
        seen = await ask(self._session, check, next(self._targets[check.name]))
        self._series[check.name].end(seen, self._steady() - began)
        self._say(check, seen)

    def _say(self, check: Check, seen: Seen) -> None:
        """Log when the reason changes: an outage of 5,000 checks must not flood the logs."""
        if self._last.get(check.name, Reason.OK) is seen.reason:
            return
        self._last[check.name] = seen.reason
        tell = self._log.info if seen.reason is Reason.OK else self._log.fault
        tell("check", check=check.name, outcome=seen.reason.value, fault=seen.fault)
