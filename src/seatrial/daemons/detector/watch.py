"""Looks again and again: asks the store, evaluates, tells the notifiers."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.detector import look
from seatrial.daemons.detector.correlate import Event, evaluate
from seatrial.daemons.detector.plan import Plan
from seatrial.daemons.shared.asking import Answer, NoAnswerError
from seatrial.daemons.shared.log import Log

# as long as a store under load may need for all lines that are read; who is told to end meanwhile
# is killed, and loses nothing
TIMEOUT_S = 30.0
_SHOWN = 200  # characters of a refusal that are told


class Post(Protocol):
    """How a server is asked: `shared.asking.post`."""

    def __call__(
        self, url: str, body: bytes, *, kind: str, within: float
    ) -> Coroutine[Any, Any, Answer]:
        """Give the answer. Raises NoAnswerError."""


class RefusedError(Exception):
    """Who was asked answered, and not with what was wanted."""


class Watch:
    """The loop, and what it knows of its last look."""

    def __init__(
        self,
        plan: Plan,
        *,
        store: str,
        notifiers: Sequence[str],
        post: Post,
        clock: Callable[[], float],
        log: Log,
        registry: CollectorRegistry,
    ) -> None:
        """Nothing has been looked at yet."""
        self._plan = plan
        self._store = store
        self._notifiers = notifiers
        self._post = post
        self._clock = clock
        self._log = log
        self._why = "no look yet"
        self._deaf: tuple[str, ...] = ()
        self._short: set[str] = set()
        self._looks = Counter("detector_looks", "Looks that came to their end", registry=registry)
        self._failed = Counter("detector_failures", "Looks that failed", registry=registry)
        self._cut = Counter(
            "detector_truncated", "Answers of which the oldest lines were left out",
            registry=registry,
        )  # fmt: skip
        self._refused = Counter(
            "detector_refusals", "Times that a notifier did not take alerts", registry=registry
        )
        self._active = Gauge(
            "detector_alerts",
            "Alerts told in the last look, by whom they call and about what",
            look.KINDS,
            registry=registry,
        )
        self._show(())
        self._last = Gauge(
            "detector_last_look_timestamp_seconds", "When a look last succeeded", registry=registry
        )

    def unready(self) -> str:
        """Why it does not see anything now, or nothing."""
        return self._why

    async def run(self) -> None:
        """Look until cancelled. A store or notifier that is away is asked again."""
        while True:
            await self.once()
            await asyncio.sleep(self._plan.every)

    async def once(self) -> None:
        """One look; that it failed is counted, and told when the reason is another."""
        now = self._clock()
        try:
            told = await self._look(now)
        except (NoAnswerError, RefusedError, ValueError, KeyError) as error:
            why = f"{type(error).__name__}: {error}"
            if why != self._why:
                self._log.fault("look failed", why=why)
            self._why = why
            self._failed.inc()
        else:
            self._why = ""
            self._looks.inc()
            self._show(told)
            self._last.set(now)

    def _show(self, told: Sequence[look.Alert]) -> None:
        for kind, alerts in look.counted(self._plan, told).items():
            self._active.labels(*kind).set(alerts)

    async def _look(self, now: float) -> Sequence[look.Alert]:
        """The alerts that it told. Raises NoAnswerError, RefusedError, ValueError, KeyError."""
        first = look.first(await self._query(look.first_late(self._plan, now)), now)
        found: dict[str, Sequence[Event]] = {}
        for name in self._plan.queries:
            found[name] = await self._lines(name, now, look.begin(self._plan, name, now, first))
        alerts = look.alerts(self._plan, evaluate(self._plan.correlations, found), now)
        for rule in self._plan.singles if first < now else ():
            body = await self._query(look.single(self._plan, rule, now, first))
            alerts += look.alone(self._plan, rule, body, now)
        if alerts:
            await self._tell(json.dumps(alerts).encode())
        return alerts

    async def _lines(self, name: str, now: float, begin: float) -> Sequence[Event]:
        """A rule's lines since `begin`; where there are too many, the newest of them."""
        found = look.events(await self._query(look.query(self._plan, name, begin)))
        if len(found) < look.MOST:
            self._short.discard(name)
            return found
        self._cut.inc()
        if name not in self._short:
            self._short.add(name)
            self._log.fault("too many lines", rule=name, most=look.MOST)
        since = look.newest(await self._query(look.counts(self._plan, name, begin, now)))
        return look.events(await self._query(look.query(self._plan, name, max(begin, since))))

    async def _query(self, query: str) -> bytes:
        form = urllib.parse.urlencode({"query": query}).encode()
        kind = "application/x-www-form-urlencoded"
        return await self._ask(f"{self._store}/select/logsql/query", form, kind)

    async def _tell(self, body: bytes) -> None:
        """Tell all notifiers at once, whatever becomes of the others.

        One that took it is enough for somebody to be paged. Raises RefusedError when none did.
        """
        asked = (self._refusal(f"{each}/api/v2/alerts", body) for each in self._notifiers)
        deaf = [why for why in await asyncio.gather(*asked) if why]
        self._refused.inc(len(deaf))
        if deaf and len(deaf) == len(self._notifiers):
            raise RefusedError(f"no Alertmanager takes alerts: {'; '.join(deaf)}")
        if tuple(deaf) != self._deaf:
            self._deaf = tuple(deaf)
            if deaf:
                self._log.fault("not taken by all", why="; ".join(deaf))

    async def _refusal(self, url: str, body: bytes) -> str:
        """Why a notifier does not take the alerts, or nothing."""
        try:
            await self._ask(url, body, "application/json")
        except (NoAnswerError, RefusedError) as error:
            return str(error)
        return ""

    async def _ask(self, url: str, body: bytes, kind: str) -> bytes:
        """What it answered. Raises NoAnswerError, RefusedError."""
        answer = await self._post(url, body, kind=kind, within=TIMEOUT_S)
        if answer.status != HTTPStatus.OK:
            said = answer.body.decode(errors="replace")[:_SHOWN].strip()
            where = urllib.parse.urlsplit(url)
            raise RefusedError(f"{where.netloc}{where.path}: HTTP {answer.status}: {said}")
        return answer.body
