"""The prober's own spans: one for each run of a journey, one for each of its steps.

Sent as OTLP over HTTP, in JSON (OpenTelemetry Protocol 1.9). What cannot be sent at once is held
up to a limit and then dropped and counted: the probing never waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from prometheus_client import CollectorRegistry, Counter

from seatrial.daemons.prober.browser.model import Act
from seatrial.daemons.prober.plan import Journey, Step
from seatrial.daemons.shared.log import Log

JOURNEY = "seatrial.journey"  # whose spans these are
WAITS = "seatrial.waits"  # the step asks again until work is done that others do
BROWSER = "seatrial.browser"  # what a browser did in the step
PATH = "/v1/traces"
HELD = 4096  # spans: eight seconds of the fastest plan
BATCH = 512
_AGAIN = frozenset({429, 502, 503, 504})  # to be sent once more, as OTLP says
EVERY_S = 1.0
TIMEOUT_S = 2.0
_INTERNAL, _CLIENT, _ERROR = 1, 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span that ended. Instants are nanoseconds since the epoch."""

    trace: str
    id: str
    name: str
    start: int
    end: int
    parent: str = ""
    client: bool = False
    fault: str = ""
    attributes: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One run's trace: its id, the id of the run's own span, and when the run began."""

    id: str
    run: str
    began: int

    def of_run(self, journey: Journey, outcome: str, fault: str, now: int) -> Span:
        """The span of the whole run: the trace's root."""
        return Span(
            trace=self.id,
            id=self.run,
            name=journey.name,
            start=self.began,
            end=max(now, self.began),  # a wall clock may be set back
            fault=fault,
            attributes={JOURNEY: journey.name, "seatrial.outcome": outcome},
        )

    def of_step(
        self, journey: Journey, step: Step | Act, span: str, fault: str, time: tuple[int, int]
    ) -> Span:
        """The span of a step, which all its requests name as their parent."""
        base = urlsplit(journey.bases[0])
        return Span(
            trace=self.id,
            id=span,
            parent=self.run,
            name=step.name,
            start=time[0],
            end=max(time),
            client=True,
            fault=fault,
            attributes={
                JOURNEY: journey.name,
                **_of_kind(step),
                "server.address": base.hostname or "",
                "server.port": base.port or (443 if base.scheme == "https" else 80),
            },
        )


def _of_kind(step: Step | Act) -> Mapping[str, str | int]:
    """What is told of a request, or of a browser's step."""
    if isinstance(step, Act):
        return {BROWSER: step.do}
    waits = {WAITS: "true"} if step.until is not None else {}
    return {"http.request.method": step.method, **waits}


def resource(environ: Mapping[str, str]) -> Mapping[str, str]:
    """What the standard variables say of who sends."""
    pairs = (each.partition("=") for each in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","))
    found = {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
    return {**found, "service.name": environ.get("OTEL_SERVICE_NAME", "prober")}


def message(spans: Sequence[Span], of: Mapping[str, str]) -> bytes:
    """The request's body."""
    body = {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes(of)},
                "scopeSpans": [
                    {
                        "scope": {"name": "seatrial.prober"},
                        "spans": [_written(each) for each in spans],
                    }
                ],
            }
        ]
    }
    return json.dumps(body, separators=(",", ":")).encode()


def _written(span: Span) -> dict[str, Any]:
    found: dict[str, Any] = {
        "traceId": span.trace,
        "spanId": span.id,
        "name": span.name,
        "kind": _CLIENT if span.client else _INTERNAL,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "attributes": _attributes(span.attributes),
    }
    if span.parent:
        found["parentSpanId"] = span.parent
    if span.fault:
        found["status"] = {"code": _ERROR, "message": span.fault}
    return found


def _attributes(of: Mapping[str, str | int]) -> list[dict[str, Any]]:
    return [
        {
            "key": name,
            "value": {"intValue": str(each)} if isinstance(each, int) else {"stringValue": each},
        }
        for name, each in of.items()
    ]


def identity() -> str:
    """A span's id."""
    return secrets.token_hex(8)


class Exporter:
    """Takes spans and sends them; without an endpoint it takes none."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        registry: CollectorRegistry,
        log: Log,
        environ: Mapping[str, str] = os.environ,
        *,
        held: int = HELD,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._url = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/")
        self._of = resource(environ)
        self._session, self._log, self.clock = session, log, clock
        self._waiting: deque[Span] = deque(maxlen=held)
        self._said = ""
        self._count = Counter(
            "prober_spans",
            "The prober's own spans: sent, or dropped because nobody took them.",
            ("outcome",),
            registry=registry,
        )
        for outcome in ("sent", "dropped"):
            self._count.labels(outcome)

    def take(self, span: Span) -> None:
        """Hold a span until it is sent; the oldest gives way when there are too many."""
        if not self._url:
            return
        if len(self._waiting) == self._waiting.maxlen:
            self._count.labels("dropped").inc()
        self._waiting.append(span)

    async def run(self) -> None:
        """Send again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.flush()

    async def flush(self) -> None:
        """Send what is held now. What nobody takes yet is held on to, what was lost is dropped."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            fault, again = await self._send(batch)
            if again:
                self._hold(batch)
            else:
                self._count.labels("dropped" if fault else "sent").inc(len(batch))
            if fault != self._said:  # an outage must not flood the logs
                self._said = fault
                tell = self._log.fault if fault else self._log.info
                tell("spans", fault=fault)
            if fault:
                return

    def _hold(self, batch: Sequence[Span]) -> None:
        """Put a batch back, before what came meanwhile; the oldest of it gives way."""
        room = (self._waiting.maxlen or 0) - len(self._waiting)
        kept = batch[max(len(batch) - room, 0) :]
        self._count.labels("dropped").inc(len(batch) - len(kept))
        self._waiting.extendleft(reversed(kept))

    async def _send(self, batch: Sequence[Span]) -> tuple[str, bool]:
        """Why it could not be sent, empty when it was; and whether it may be sent once more."""
        try:
            async with self._session.post(
                self._url + PATH,
                data=message(batch, self._of),
                headers={"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                allow_redirects=False,
            ) as response:
                fault = "" if response.ok else f"status {response.status}"
                return fault, response.status in _AGAIN
        except TimeoutError:
            return f"no answer within {TIMEOUT_S:g} s", False
        except (aiohttp.ClientError, OSError, ValueError) as error:
            told = f"{type(error).__name__}: {error}"
            return told, isinstance(error, aiohttp.ClientConnectorError)


@contextlib.asynccontextmanager
async def exporting(exporter: Exporter) -> AsyncIterator[None]:
    """Send while the block runs; what is held at its end is tried once more."""
    task = asyncio.create_task(exporter.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await exporter.flush()
