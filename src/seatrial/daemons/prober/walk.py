"""Walks one journey once, step by step, in a trace of its own."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from seatrial.daemons.prober import path, spans, template
from seatrial.daemons.prober.browser.holder import Holder, UnlookedError
from seatrial.daemons.prober.browser.model import Act, Order
from seatrial.daemons.prober.expect import Answer, differs, judge
from seatrial.daemons.prober.plan import RUN, Journey, Step
from seatrial.daemons.prober.read import needs
from seatrial.daemons.prober.result import OK, UNKNOWN, Result

BODY_LIMIT = 1024 * 1024
CLEANUP_S = 5.0  # for all of a run's clean-up: less than a process has to end
UNHELD = "this prober was given no folder for a browser: --browser"
_CHUNK = 64 * 1024
_SERVER_ERROR = 500
_ONCE = frozenset({"POST", "PATCH"})  # what HTTP itself lets nobody repeat (RFC 9110, 9.2.2)


async def walk(
    session: aiohttp.ClientSession,
    journey: Journey,
    report: Callable[[Step | Act, Result], None],
    take: Callable[[spans.Span], None],
    *,
    propagates: bool = True,
    browser: Holder | None = None,
) -> Result:
    """Run all steps at the first base within the journey's time.

    `report` gets each step's end, `take` a span for each step and one for the run. `propagates`:
    the requests carry the trace. `browser` walks a journey of acts.
    """
    # W3C Trace Context: one trace a run, so that a failed run leads to what the services did.
    trace = spans.Trail(id=secrets.token_hex(16), run=spans.identity(), began=time.time_ns())
    run = _Run(
        session=session,
        journey=journey,
        report=report,
        take=take,
        trace=trace,
        propagates=propagates,
        kept={RUN: trace.id[:12]},
    )
    try:
        result = await (run.browsed(browser) if journey.acts else run.steps())
    finally:
        # also where the run is cancelled: what it made would stay for ever
        await run.clean()
    take(trace.of_run(journey, result.outcome, result.fault, time.time_ns()))
    return result


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what all its steps share, and what they kept."""

    session: aiohttp.ClientSession
    journey: Journey
    report: Callable[[Step | Act, Result], None]
    take: Callable[[spans.Span], None]
    trace: spans.Trail
    propagates: bool
    kept: dict[str, Any]

    async def steps(self) -> Result:
        """All steps in order, until one does not end as it should."""
        deadline = time.monotonic() + self.journey.timeout_s
        answered = False
        for step in self.journey.steps:
            result = await self._one(step, deadline, self.journey.timeout_s)
            answered = answered or result.answered
            if result.outcome != "ok":
                fault = f"{step.name}: {result.fault}"
                return Result(outcome=result.outcome, fault=fault, answered=answered)
        return OK

    async def browsed(self, browser: Holder | None) -> Result:
        """All steps in a browser; `unknown` where nobody could look."""
        journey = self.journey
        if browser is None:
            return Result(outcome=UNKNOWN, fault=UNHELD, answered=False)
        base = journey.bases[0]
        if journey.host:
            base = f"{urlsplit(base).scheme}://{journey.host}"  # led to where it is by the browser

        def told(line: Mapping[str, Any]) -> None:
            act = journey.acts[line["step"]]
            self.report(act, Result(outcome=line["outcome"], fault=line["fault"]))
            began, ended = line["time"]
            span = self.trace.of_step(journey, act, line["span"], line["fault"], (began, ended))
            self.take(span)

        order = Order(
            journey=journey.name,
            base=base,
            acts=journey.acts,
            timeout_s=journey.timeout_s,
            verify=journey.verify,
            trace=self.trace.id if self.propagates else "",
            kept=self.kept,
        )
        try:
            end = Result(**await browser.walk(order, told))
        except UnlookedError as error:
            return Result(outcome=UNKNOWN, fault=str(error), answered=False)
        self.kept |= end.seen.get("kept", {})
        return replace(end, seen={name: each for name, each in end.seen.items() if name != "kept"})

    async def clean(self) -> None:
        """Each step of the clean-up whose values were kept; one that fails keeps none back."""
        deadline = time.monotonic() + CLEANUP_S
        for step in self.journey.cleanup:
            if needs(step) <= self.kept.keys():
                await self._one(step, deadline, CLEANUP_S)

    async def _one(self, step: Step, deadline: float, span_s: float) -> Result:
        began, span = time.time_ns(), spans.identity()
        parent = f"00-{self.trace.id}-{span}-01" if self.propagates else ""
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                result = await _step(self.session, self.journey, step, self.kept, parent)
        except TimeoutError:
            fault = f"not done within {span_s:g} s"
            result = Result(outcome="timeout", fault=fault, answered=False)
        except aiohttp.ClientConnectorError as error:
            result = Result(outcome="refused", fault=str(error), answered=False)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            # closed before a word was said: so ends a request that is swallowed on its way, too
            result = Result(
                outcome="failed", fault=f"{type(error).__name__}: {error}", answered=False
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # ValueError: a kept value that makes no URL or header.
            result = Result(outcome="failed", fault=f"{type(error).__name__}: {error}")
        self.report(step, result)
        told = (began, time.time_ns())
        self.take(self.trace.of_step(self.journey, step, span, result.fault, told))
        return result


async def _step(
    session: aiohttp.ClientSession,
    journey: Journey,
    step: Step,
    kept: dict[str, Any],
    parent: str,
) -> Result:
    began = time.monotonic()
    while True:
        answer = await _ask(session, journey, step, kept, parent)
        if fault := judge(step.expect, answer):
            is_error = answer.status >= _SERVER_ERROR
            return Result(outcome="failed" if is_error else "unexpected", fault=fault)
        if step.until is None or not (fault := differs(step.until.json, answer.document())):
            break
        if time.monotonic() - began + step.until.every_s > step.until.within_s:
            late = f"after {step.until.within_s:g} s {fault}"
            return Result(outcome="timeout", fault=late)
        await asyncio.sleep(step.until.every_s)
    for name, where in step.keep.items():
        try:
            kept[name] = path.find(answer.document(), where)
        except path.PathError as error:
            return Result(outcome="unexpected", fault=f"keep {name}: {error}")
    return OK


async def _ask(
    session: aiohttp.ClientSession,
    journey: Journey,
    step: Step,
    kept: dict[str, Any],
    parent: str,
) -> Answer:
    headers = {"traceparent": parent} if parent else {}
    if step.method in _ONCE:
        # The same for a step however often it is sent in its run, so that a server that knows the
        # header does it once (IETF draft-ietf-httpapi-idempotency-key-header).
        headers["Idempotency-Key"] = f"{kept[RUN]}-{journey.number(step)}"
    if journey.host:
        headers["Host"] = journey.host
    headers |= {name: template.fill_text(text, kept) for name, text in step.headers.items()}
    url = journey.bases[0] + template.fill_path(step.path, kept)
    body = template.fill(step.json, kept)
    async with session.request(
        step.method,
        url,
        json=body,
        headers=headers,
        allow_redirects=False,
        ssl=journey.verify,
        server_hostname=journey.host or None,
    ) as response:
        content = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > BODY_LIMIT:
                break
        return Answer(status=response.status, body=bytes(content))
