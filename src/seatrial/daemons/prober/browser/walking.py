"""Walks a browser's journey once, in a context of its own, within its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, Route
from playwright.async_api import TimeoutError as Late

from seatrial.daemons.prober import spans, template
from seatrial.daemons.prober.browser import faults, left, model
from seatrial.daemons.prober.browser.chromium import Chromium, LostError
from seatrial.daemons.prober.browser.doing import Ground, do, found
from seatrial.daemons.prober.browser.heard import Heard
from seatrial.daemons.prober.result import OK, UNKNOWN, Result

_BLANK_S = 3.0  # an empty page that takes longer says that nobody here could have looked in time
_CLOSED = "Connection closed"  # what drives the browser is gone
_SLACK_S = 0.5  # the browser's own word about its time comes first
Tell = Callable[[dict[str, Any]], None]


@dataclass(slots=True, kw_only=True)
class Walk:
    """One run: where it is, what it kept, what it must not say."""

    order: model.Order
    ground: Ground
    tell: Tell  # gets each step as it ends
    began: float = field(default_factory=time.monotonic)
    parent: str = ""  # the span that requests name
    secrets: set[str] = field(default_factory=set)

    async def steps(self) -> Result:
        """All in order, until one does not end as it should. Raises LostError."""
        for number, act in enumerate(self.order.acts):
            if act.secret:
                self.secrets.add(template.fill_text(act.value, self.ground.kept))
            span = spans.identity()
            self.parent = f"00-{self.order.trace}-{span}-01" if self.order.trace else ""
            start = time.time_ns()
            result = await self._one(act)
            fault = faults.masked(result.fault, self.secrets)
            if result.outcome != "ok" and not await _quick(self.ground.page.context):
                raise LostError(f"the browser itself was slow here: {act.name}: {fault}")
            self.tell(
                {
                    "step": number,
                    "span": span,
                    "outcome": result.outcome,
                    "fault": fault,
                    "time": [start, time.time_ns()],
                }
            )
            if result.outcome != "ok":
                return replace(result, fault=f"{act.name}: {fault}")
        return OK

    async def _one(self, act: model.Act) -> Result:
        """One step. A page whose process ends leaves nobody to look: LostError."""
        end = self.began + self.order.timeout_s
        until = min(time.monotonic() + act.within_s, end)
        late = Result(
            outcome="timeout",
            fault=f"not done within {act.within_s:g} s"
            if until < end
            else f"the run was not done within {self.order.timeout_s:g} s",
        )
        doing = asyncio.create_task(do(self.ground, act, until))
        fallen = asyncio.create_task(self.ground.heard.fallen.wait())
        try:
            left_s = max(until - time.monotonic(), 0.0) + _SLACK_S
            await asyncio.wait({doing, fallen}, timeout=left_s, return_when="FIRST_COMPLETED")
            if fallen.done():
                raise LostError(faults.LOST)
            if not doing.done():
                return replace(late, answered=self.ground.heard.answered)
            return replace(doing.result(), answered=self.ground.heard.answered)
        except Late:
            return replace(late, answered=self.ground.heard.answered)
        except Error as error:
            ended = faults.of_error(error.message, answered=self.ground.heard.answered)
            if ended is None:
                raise LostError(faults.first_line(error.message)) from error
            return ended
        finally:
            for each in (doing, fallen):
                each.cancel()
            await asyncio.gather(doing, fallen, return_exceptions=True)


async def walk(chromium: Chromium, order: model.Order, folder: Path, tell: Tell) -> Result:
    """One run. What a failed one leaves is in `folder`; `unknown` where nobody could look."""
    try:
        async with chromium.context(verify=order.verify) as context:
            page = await context.new_page()
            ground = Ground(
                page=page, heard=Heard(page), kept=dict(order.kept), base=order.base.rstrip("/")
            )
            one = Walk(order=order, ground=ground, tell=tell)
            await _traced(context, one)
            result = await one.steps()
            took = time.monotonic() - one.began
            seen: dict[str, Any] = {}
            if result.outcome != "ok":
                seen = ground.heard.told(one.secrets)
                covered = [
                    found(page, each.at, ground.kept)
                    for each in order.acts
                    if each.secret and each.at
                ]
                told = {"journey": order.journey, "fault": result.fault, **seen}
                seen |= await left.behind(page, folder, told, covered)
            kept = {name: each for name, each in ground.kept.items() if name not in order.kept}
            return replace(result, took_s=took, seen={**seen, "kept": kept})
    except (LostError, Error) as lost:
        why = chromium.over or faults.first_line(getattr(lost, "message", "") or str(lost))
        if _CLOSED in why:
            chromium.broken.set()
        return Result(outcome=UNKNOWN, fault=why, answered=False)


async def _quick(context: BrowserContext) -> bool:
    """Whether the browser still opens an empty page at once: else a failure tells of this machine.

    Each page has a process of its own, so that one that is busy with itself hinders no other.
    Raises Error where there is no browser any more.
    """
    try:
        async with asyncio.timeout(_BLANK_S):
            page = await context.new_page()
            await page.evaluate("1")
            await page.close()
    except TimeoutError:
        return False
    return True


async def _traced(context: BrowserContext, one: Walk) -> None:
    """Requests to where the journey begins carry the step's trace; nobody else's are touched."""
    if not one.order.trace:
        return

    async def hand_on(route: Route) -> None:
        try:
            await route.continue_(headers={**route.request.headers, "traceparent": one.parent})
        except Error:
            return  # the page is gone meanwhile

    await context.route(f"{one.ground.base}/**", hand_on)
