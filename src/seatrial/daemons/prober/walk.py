"""Walks one journey once, step by step, in a trace of its own."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from seatrial.daemons.prober import path, spans, template
from seatrial.daemons.prober.expect import Answer, differs, judge
from seatrial.daemons.prober.figures import Outcome
from seatrial.daemons.prober.plan import RUN, Journey, Step

BODY_LIMIT = 1024 * 1024
_CHUNK = 64 * 1024
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a step or a run ended; `fault` says why when it is not ok."""

    outcome: Outcome
    fault: str = ""


OK = Result(outcome="ok")


async def walk(
    session: aiohttp.ClientSession,
    journey: Journey,
    report: Callable[[Step, Result], None],
    take: Callable[[spans.Span], None],
    *,
    propagates: bool = True,
) -> Result:
    """Run all steps at the first base within the journey's time.

    `report` gets each step's end, `take` a span for each step and one for the run. `propagates`:
    the requests carry the trace.
    """
    # W3C Trace Context: one trace a run, so that a failed run leads to what the services did.
    trace = spans.Trail(id=secrets.token_hex(16), run=spans.identity(), began=time.time_ns())
    result = await _steps(session, journey, report, trace, take, propagates=propagates)
    take(trace.of_run(journey, result.outcome, result.fault, time.time_ns()))
    return result


async def _steps(
    session: aiohttp.ClientSession,
    journey: Journey,
    report: Callable[[Step, Result], None],
    trace: spans.Trail,
    take: Callable[[spans.Span], None],
    *,
    propagates: bool,
) -> Result:
    kept: dict[str, Any] = {RUN: trace.id[:12]}
    deadline = time.monotonic() + journey.timeout_s
    for step in journey.steps:
        began, span = time.time_ns(), spans.identity()
        parent = f"00-{trace.id}-{span}-01" if propagates else ""
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                result = await _step(session, journey, step, kept, parent)
        except TimeoutError:
            result = Result(outcome="timeout", fault=f"not done within {journey.timeout_s:g} s")
        except aiohttp.ClientConnectorError as error:
            result = Result(outcome="refused", fault=str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # ValueError: a kept value that makes no URL or header.
            result = Result(outcome="failed", fault=f"{type(error).__name__}: {error}")
        report(step, result)
        take(trace.of_step(journey, step, span, result.fault, (began, time.time_ns())))
        if result.outcome != "ok":
            return Result(outcome=result.outcome, fault=f"{step.name}: {result.fault}")
    return OK


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
