"""Looks again and again: asks the store, evaluates, tells the notifiers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.detector import look
from seatrial.daemons.detector.correlate import Event, evaluate
from seatrial.daemons.detector.plan import Plan
from seatrial.daemons.shared.log import Log

_TIMEOUT = aiohttp.ClientTimeout(total=30)


class Watch:
    """The loop, and what it knows of its last look."""

    def __init__(
        self,
        plan: Plan,
        *,
        store: str,
        notifiers: Sequence[str],
        session: aiohttp.ClientSession,
        clock: Callable[[], float],
        log: Log,
        registry: CollectorRegistry,
    ) -> None:
        """Nothing has been looked at yet."""
        self._plan = plan
        self._store = store
        self._notifiers = notifiers
        self._session = session
        self._clock = clock
        self._log = log
        self._why = "no look yet"
        self._looks = Counter("detector_looks", "Looks that came to their end", registry=registry)
        self._failed = Counter("detector_failures", "Looks that failed", registry=registry)
        self._cut = Counter(
            "detector_truncated", "Answers of which lines were left out", registry=registry
        )
        self._active = Gauge("detector_alerts", "Alerts told in the last look", registry=registry)
        self._last = Gauge(
            "detector_last_look_timestamp_seconds", "When a look last succeeded", registry=registry
        )

    def unready(self) -> str:
        """Why it does not see anything now, or nothing."""
        return self._why

    async def run(self) -> None:
        """Look until cancelled. A store or notifier that is away is asked again."""
        while True:
            try:
                await self._look(self._clock())
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError) as error:
                why = f"{type(error).__name__}: {error}"
                if why != self._why:
                    self._log.fault("look failed", why=why)
                self._why = why
                self._failed.inc()
            await asyncio.sleep(self._plan.every)

    async def _look(self, now: float) -> None:
        found: dict[str, Sequence[Event]] = {}
        for name, query in look.queries(self._plan, now).items():
            found[name] = await self._ask(query)
            if len(found[name]) >= look.MOST:
                self._cut.inc()
                self._log.fault("too many lines", rule=name, most=look.MOST)
        alerts = look.alerts(self._plan, evaluate(self._plan.correlations, found), now)
        for notifier in self._notifiers if alerts else ():
            url = f"{notifier}/api/v2/alerts"
            async with self._session.post(url, json=alerts, timeout=_TIMEOUT) as answer:
                answer.raise_for_status()
        self._why = ""
        self._looks.inc()
        self._active.set(len(alerts))
        self._last.set(now)

    async def _ask(self, query: str) -> tuple[Event, ...]:
        url = f"{self._store}/select/logsql/query"
        async with self._session.post(url, data={"query": query}, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return look.events(await answer.read())
