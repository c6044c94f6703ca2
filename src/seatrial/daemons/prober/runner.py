"""Keeps one journey running by its schedule."""

from __future__ import annotations

import asyncio
import itertools
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

import aiohttp

from seatrial.daemons.prober.browser.holder import Holder
from seatrial.daemons.prober.browser.model import Act
from seatrial.daemons.prober.ended import Ended
from seatrial.daemons.prober.figures import Figures
from seatrial.daemons.prober.plan import Journey, Step, unasserted
from seatrial.daemons.prober.result import UNKNOWN, Result
from seatrial.daemons.prober.schedule import Schedule, change, turn
from seatrial.daemons.prober.spans import Span
from seatrial.daemons.prober.walk import walk
from seatrial.daemons.shared.log import Log

_LONGEST_WAIT_S = 1.0


class Runner:
    """Starts runs when they are due and counts how each ends."""

    def __init__(
        self,
        journey: Journey,
        *,
        session: aiohttp.ClientSession,
        figures: Figures,
        take: Callable[[Span], None],
        log: Log,
        browser: Holder | None = None,
        steady: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.journey = journey
        self.factor = 1.0
        self.propagates = True  # whether requests carry the trace that they belong to
        self.detour = ""  # a URL through which runs are led, in place of where they begin
        self.closed = False  # whether a drill has announced maintenance that holds now
        self.unasserted: frozenset[str] = frozenset()  # steps of which nothing is expected
        self._session, self._figures, self._log = session, figures, log
        self._take, self._browser = take, browser
        self._steady, self._clock = steady, clock
        # Journeys of one rate begin at different times, or all would hit the system at once.
        phase = zlib.crc32(journey.key.encode()) / 2**32 / journey.rate
        self._schedule = Schedule(rate=journey.rate, due=steady() + min(phase, 1.0))
        self._bases = itertools.cycle(journey.bases)
        self.ended = Ended(known=clock())
        self._runs: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._last_fault = ""
        self._left: dict[str, str] = {}
        figures.begin(journey)

    def set_factor(self, factor: float) -> None:
        """Multiply the planned rate; 0 pauses."""
        self.factor = factor
        rate = self.journey.rate * factor
        self._schedule = change(self._schedule, rate, self._steady())
        self._figures.factor.labels(self.journey.name).set(factor)
        self._news.set()

    async def run(self) -> None:
        """Run until cancelled; runs under way are cancelled too, and not counted."""
        try:
            while True:
                now = self._steady()
                due = turn(self._schedule, now)
                self._schedule = due.schedule
                closed = self._closed()
                self._figures.maintenance.labels(self.journey.name).set(closed)
                if due.blind_s and not closed:
                    self._figures.blind.labels(self.journey.name).inc(due.blind_s)
                    self._log.fault("blind", journey=self.journey.name, seconds=due.blind_s)
                for scheduled in () if closed else due.starts:
                    self._begin(scheduled)
                await self._wait(now)
        finally:
            for task in self._runs:
                task.cancel()
            await asyncio.gather(*self._runs, return_exceptions=True)
            self._figures.in_flight.labels(self.journey.name).set(0)

    def set_closed(self, *, on: bool) -> None:
        """Announce maintenance for now, or call it off."""
        self.closed = on
        self._news.set()

    def _closed(self) -> bool:
        """Whether it is not walked for the time being, and what ends does not count."""
        return self.closed or self.journey.maintained(self._clock())

    async def _wait(self, now: float) -> None:
        paused = self._schedule.rate <= 0
        pause = _LONGEST_WAIT_S if paused else min(self._schedule.due - now, _LONGEST_WAIT_S)
        try:
            async with asyncio.timeout(pause):
                await self._news.wait()
            self._news.clear()
        except TimeoutError:
            pass

    def _begin(self, scheduled: float) -> None:
        name = self.journey.name
        full = len(self._runs) >= self.journey.max_in_flight
        if full and self.journey.acts:  # a bound of ours: their users would have had a browser each
            self._unknown(Result(outcome=UNKNOWN, fault="not started: max_in_flight is reached"))
            return
        if full:
            self._figures.not_started.labels(name).inc()
            self._figures.requests.labels(name, "failed").inc()
            self._figures.failed.labels(name).set(self._clock())
            self.ended.add(self._clock(), "not started")
            # Its user waits at least that long: leaving it out would flatter the latency.
            self._figures.duration.labels(name).observe(self.journey.timeout_s)
            self._say(Result(outcome="failed", fault="not started: max_in_flight is reached"))
            return
        task = asyncio.create_task(self._one(scheduled))
        self._runs.add(task)
        self._figures.in_flight.labels(name).set(len(self._runs))
        task.add_done_callback(self._end)

    async def _one(self, scheduled: float) -> None:
        name = self.journey.name

        def report(step: Step | Act, result: Result) -> None:
            if self._closed() and step not in self.journey.cleanup:
                return
            self._figures.steps.labels(name, step.name, result.outcome).inc()
            if step in self.journey.cleanup and result.fault != self._left.get(step.name, ""):
                # what a run made is still there; its user was served nevertheless
                self._left[step.name] = result.fault
                tell = self._log.fault if result.fault else self._log.info
                tell("clean-up", journey=name, step=step.name, fault=result.fault)

        result = await walk(
            self._session,
            self._now(),
            report,
            self._take,
            propagates=self.propagates,
            browser=self._browser,
        )
        if self._closed():  # it began before: how it ended is what was announced
            return
        if result.outcome == UNKNOWN:
            self._unknown(result)
            return
        self._figures.requests.labels(name, result.outcome).inc()
        self._figures.sight.ended(answered=result.answered, good=result.outcome == "ok")
        ended = self._figures.succeeded if result.outcome == "ok" else self._figures.failed
        ended.labels(name).set(self._clock())
        self.ended.add(self._clock(), "" if result.outcome == "ok" else result.fault)
        if result.outcome in {"ok", "timeout"}:
            # a browser is ours: what it takes to open a page is no wait of its users
            took = self._steady() - scheduled if result.took_s is None else result.took_s
            self._figures.duration.labels(name).observe(took)
        self._say(result)

    def _now(self) -> Journey:
        """The journey as the next run walks it."""
        journey, left = self.journey, self.unasserted
        walked = [unasserted(each) if each.name in left else each for each in journey.walked]
        return replace(
            journey,
            bases=(self.detour or next(self._bases),),
            # a browser would be led past the detour by the name
            host="" if self.detour and journey.acts else journey.host,
            steps=tuple(each for each in walked if isinstance(each, Step)),
            acts=tuple(each for each in walked if isinstance(each, Act)),
        )

    def _unknown(self, result: Result) -> None:
        """Nobody could look: neither well nor ill."""
        self._figures.unknown.labels(self.journey.name).inc()
        self._say(result)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._runs.discard(task)
        self._figures.in_flight.labels(self.journey.name).set(len(self._runs))
        if not task.cancelled() and (error := task.exception()):
            # ours, and so not excused by maintenance
            self._figures.requests.labels(self.journey.name, "failed").inc()
            self._log.fault("run broke", journey=self.journey.name, fault=repr(error))

    def _say(self, result: Result) -> None:
        """Log when the fault changes: an outage at 50 runs a second must not flood the logs."""
        if result.fault == self._last_fault:
            return
        self._last_fault = result.fault
        tell = self._log.fault if result.fault else self._log.info
        tell(
            "journey",
            **{**result.seen, "journey": self.journey.name},
            outcome=result.outcome,
            fault=result.fault,
        )
