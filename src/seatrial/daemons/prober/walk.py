"""Walks one journey once, step by step."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from seatrial.daemons.prober import path, template
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
) -> Result:
    """Run all steps at the first base within the journey's time; `report` gets each step's end."""
    # W3C Trace Context: one trace a run, so that a failed run leads to what the services did.
    trace = secrets.token_hex(16)
    kept: dict[str, Any] = {RUN: trace[:12]}
    deadline = time.monotonic() + journey.timeout_s
    for step in journey.steps:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                result = await _step(session, journey, step, kept, trace)
        except TimeoutError:
            result = Result(outcome="timeout", fault=f"not done within {journey.timeout_s:g} s")
        except aiohttp.ClientConnectorError as error:
            result = Result(outcome="refused", fault=str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # ValueError: a kept value that makes no URL or header.
            result = Result(outcome="failed", fault=f"{type(error).__name__}: {error}")
        report(step, result)
        if result.outcome != "ok":
            return Result(outcome=result.outcome, fault=f"{step.name}: {result.fault}")
    return OK


async def _step(
    session: aiohttp.ClientSession,
    journey: Journey,
    step: Step,
    kept: dict[str, Any],
    trace: str,
) -> Result:
    began = time.monotonic()
    while True:
        answer = await _ask(session, journey, step, kept, trace)
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
    trace: str,
) -> Answer:
    headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
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
