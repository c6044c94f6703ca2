"""Pages under way: each channel gets each page in order, retried until accepted.

A page is in the journal before it is sent and marked when accepted, so that a watchdog killed in
between sends it after its restart. A page may then come twice, never not at all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.shared.journal import Journal
from seatrial.daemons.shared.log import Log
from seatrial.daemons.watchdog.channels import NotAcceptedError, Send
from seatrial.daemons.watchdog.messages import Page

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 15.0
WAITING_LIMIT = 1000  # pages a channel; at one incident in 40 s this is half a day of refusals


def waits() -> Iterator[float]:
    """Give the seconds to wait after each refusal: doubling up to a limit, without end."""
    wait = FIRST_WAIT_S
    while True:
        yield wait
        wait = min(wait * 2, LONGEST_WAIT_S)


class Outbox:
    """Holds one queue and one task a channel."""

    def __init__(
        self,
        *,
        channels: Mapping[str, Send],
        journal: Journal,
        log: Log,
        sleep: Callable[[float], Awaitable[None]],
        registry: CollectorRegistry,
    ) -> None:
        self._channels = channels
        self._journal = journal
        self._log = log
        self._sleep = sleep
        self._waiting: dict[str, deque[Page]] = {
            name: deque(maxlen=WAITING_LIMIT) for name in channels
        }
        self._news = {name: asyncio.Event() for name in channels}
        self._attempts = Counter(
            "watchdog_attempts",
            "Attempts to deliver a page.",
            ("channel", "outcome"),
            registry=registry,
        )
        pending = Gauge(
            "watchdog_pending_pages",
            "Pages not yet accepted.",
            ("channel",),
            registry=registry,
        )
        for name, pages in self._waiting.items():
            pending.labels(name).set_function(partial(len, pages))
            for outcome in ("accepted", "refused"):
                self._attempts.labels(name, outcome)

    def put(self, page: Page) -> None:
        """Journal a page and queue it for every channel."""
        self._write({"page": page.to_json()})
        for name in self._channels:
            self._enqueue(name, page)

    def again(self, unsent: Mapping[str, tuple[Page, ...]]) -> None:
        """Queue what an earlier life journalled and did not deliver."""
        for name, pages in unsent.items():
            for page in pages:
                self._enqueue(name, page)

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, send in self._channels.items():
                group.create_task(self._deliver(name, send))

    async def _deliver(self, name: str, send: Send) -> None:
        waiting, news = self._waiting[name], self._news[name]
        while True:
            await news.wait()
            news.clear()
            while waiting:
                page = waiting[0]
                await self._until_accepted(name, send, page)
                self._write({"accepted": page.id, "channel": name})
                # A full queue may have dropped this page while it was being sent.
                if waiting and waiting[0] is page:
                    waiting.popleft()

    async def _until_accepted(self, name: str, send: Send, page: Page) -> None:
        for wait in waits():
            try:
                await send(page)
            except NotAcceptedError as error:
                self._attempts.labels(name, "refused").inc()
                self._log.fault("refused", channel=name, page=page.id, fault=str(error))
                await self._sleep(wait)
            else:
                self._attempts.labels(name, "accepted").inc()
                self._log.info("accepted", channel=name, page=page.id, alert=page.alert)
                return

    def _enqueue(self, name: str, page: Page) -> None:
        waiting = self._waiting[name]
        if len(waiting) == WAITING_LIMIT:
            self._log.fault("dropped", channel=name, page=waiting[0].id)
        waiting.append(page)
        self._news[name].set()

    def _write(self, record: Mapping[str, Any]) -> None:
        try:
            self._journal.append(record)
        except OSError as error:
            # A full disk must not keep a page from being sent.
            self._log.fault("journal", fault=f"{self._journal.path}: {error.strerror}")
