"""A browser's journey as the prober's plan writes it, and what the prober is given for it. Pure."""

import re
from collections.abc import Mapping

from seatrial.system.browsing import WAYS, WITHIN, BrowserStep, Kept, Locator, Seen
from seatrial.system.model import Journey, System

FOLDER = "browser"  # of the prober's own: what it writes while it runs, and what failed runs left
PAGES = 6  # that a prober opens at once (daemons/prober/browser/holder.py)
_SECRET = re.compile(r"\$\{secret\.")


def words(system: System) -> tuple[str, ...]:
    """What the prober is told on its command line: nothing where no browser is asked for."""
    return (f"--browser=${{self.dir}}/{FOLDER}",) if browsed(system) else ()


def browsed(system: System) -> Mapping[str, Journey]:
    """The journeys that a browser walks."""
    return {name: each for name, each in system.journeys.items() if each.browser}


def act(step: BrowserStep) -> Mapping[str, object]:
    """One step."""
    found: dict[str, object] = {"name": step.name, "do": step.does}
    if step.open is not None:
        found["path"] = step.open
    if step.at is not None:
        found["at"] = _locator(step.at)
    value = _value(step)
    if value:
        found["value"] = value
    if _SECRET.search(value):
        found["secret"] = True
    if step.expect is not None:
        found["expect"] = _seen(step.expect)
    if step.keep:
        found["keep"] = {name: _kept(each) for name, each in step.keep.items()}
    return {**found, "within_s": WITHIN if step.within is None else step.within.seconds}


def _value(step: BrowserStep) -> str:
    if step.fill is not None:
        return str(step.fill.value)
    if step.select is not None:
        return str(step.select.option)
    return str(step.press.key) if step.press is not None else ""


def _locator(at: Locator) -> Mapping[str, object]:
    found: dict[str, object] = {
        name: value for name in (*WAYS, "name") if (value := getattr(at, name)) is not None
    }
    return {**found, "exact": True} if at.exact else found


def _seen(seen: Seen) -> Mapping[str, object]:
    found: dict[str, object] = {}
    if seen.url is not None:
        found["url"] = seen.url
    if seen.way is not None:
        found["at"] = _locator(seen)
    if seen.contains is not None:
        found["contains"] = seen.contains
    return {**found, "hidden": True} if seen.hidden else found


def _kept(kept: Kept) -> Mapping[str, object]:
    return {"url": kept.url} if kept.url is not None else _locator(kept)
