"""Carries out one step on a page, and looks at what is expected of it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from playwright.async_api import Error, Locator, Page
from playwright.async_api import TimeoutError as Late

from seatrial.daemons.prober import template
from seatrial.daemons.prober.browser import model, pattern
from seatrial.daemons.prober.browser.heard import Heard
from seatrial.daemons.prober.result import OK, Result

_VERBS = {"fill": "filled", "select": "chosen from", "press": "typed into", "click": "clicked"}
_LEAST_S = 0.05
_MOST_KEPT = 1000  # characters of a value


@dataclass(slots=True, kw_only=True)
class Ground:
    """What a run stands on: its page, what that says, what was kept, where the journey begins."""

    page: Page
    heard: Heard
    kept: dict[str, Any]
    base: str


class Missed(Exception):  # noqa: N818 - what is not on the page is no error of ours
    """The page is not as the step says; the message is the sentence."""


async def do(ground: Ground, act: model.Act, until: float) -> Result:
    """The step, its page's status, what is expected, what is kept, until then (monotonic seconds).

    Raises Playwright's Error and TimeoutError.
    """
    page, heard, kept = ground.page, ground.heard, ground.kept
    heard.forget()
    try:
        if act.do == "open":
            path = template.fill_path(act.path, kept)
            await page.goto(ground.base + path, timeout=_left(until), wait_until="load")
        elif act.at is not None:
            await _deed(page, heard, act, kept, until)
        await heard.settled()
        outcome, fault = heard.fault
        if act.judged and fault:
            return Result(outcome=cast("Any", outcome), fault=fault)
        if act.expect is not None:
            await _see(page, act, act.expect, kept, until)
        for name, where in act.keep.items():
            kept[name] = await _kept(page, name, where, kept, until)
    except Missed as missed:
        return Result(outcome="unexpected", fault=str(missed))
    return OK


def _left(until: float) -> float:
    """Milliseconds until then; never 0, which would be for ever."""
    return max(until - time.monotonic(), _LEAST_S) * 1000


def found(page: Page, at: model.Locator, kept: Mapping[str, Any]) -> Locator:
    """The thing on the page, in Playwright's terms."""
    value = template.fill_text(at.value, kept)
    if at.by == "role":
        name = template.fill_text(at.name, kept) or None
        return page.get_by_role(cast("Any", value), name=name, exact=at.exact)
    if at.by == "label":
        return page.get_by_label(value, exact=at.exact)
    if at.by == "placeholder":
        return page.get_by_placeholder(value, exact=at.exact)
    if at.by == "text":
        return page.get_by_text(value, exact=at.exact)
    return page.locator(value)


async def _deed(
    page: Page, heard: Heard, act: model.Act, kept: Mapping[str, Any], until: float
) -> None:
    assert act.at is not None  # noqa: S101 - the caller has asked
    thing = found(page, act.at, kept)
    value = template.fill_text(act.value, kept)
    try:
        if act.do == "fill":
            await thing.fill(value, timeout=_left(until))
        elif act.do == "select":
            await thing.select_option(label=value, timeout=_left(until))
        elif act.do == "press":
            await thing.press(value, timeout=_left(until))
        else:
            await thing.click(timeout=_left(until))
    except Late:
        if heard.moved:  # it was done, and where it led did not come
            raise
        count = await thing.count()
        if count == 1:
            raise Missed(f"{act.at.title} is there and could not be {_VERBS[act.do]}") from None
        raise Missed(_absent(act.at, count)) from None
    except Error as error:
        if "strict mode violation" not in error.message:
            raise
        raise Missed(_absent(act.at, await thing.count())) from None


def _absent(at: model.Locator, count: int) -> str:
    if count == 0:
        return f"nothing on the page is {at.title}"
    return f"{count} things on the page are {at.title}, one was expected"


async def _see(
    page: Page, act: model.Act, seen: model.Seen, kept: Mapping[str, Any], until: float
) -> None:
    if seen.url:
        wanted = template.fill_path(seen.url, kept)
        try:
            await page.wait_for_url(
                lambda url: pattern.matches(wanted, url), timeout=_left(until), wait_until="commit"
            )
        except Late:
            at = pattern.shown(page.url)
            raise Missed(f"the page is {at}, {seen.url} was expected") from None
    if seen.at is None:
        return
    things = found(page, seen.at, kept).filter(visible=True)
    if seen.contains:
        text = template.fill_text(seen.contains, kept)
        things = things.filter(has_text=re.compile(re.escape(text)))
    title = seen.at.title + (f" with {seen.contains!r}" if seen.contains else "")
    try:
        if seen.hidden:
            await things.first.wait_for(state="hidden", timeout=_left(until))
        else:
            await things.first.wait_for(state="visible", timeout=_left(until))
    except Late:
        what = f"{title} is still seen" if seen.hidden else f"{title} is not seen"
        raise Missed(f"{what} within {act.within_s:g} s") from None


async def _kept(
    page: Page, name: str, where: model.Locator | str, kept: Mapping[str, Any], until: float
) -> str:
    if isinstance(where, str):
        value = pattern.starred(template.fill_path(where, kept), page.url)
        if value is None:
            raise Missed(f"keep {name}: the page is {pattern.shown(page.url)}, not {where}")
        return value
    thing = found(page, where, kept)
    try:
        return (await thing.inner_text(timeout=_left(until))).strip()[:_MOST_KEPT]
    except Late:
        raise Missed(f"keep {name}: {_absent(where, await thing.count())}") from None
