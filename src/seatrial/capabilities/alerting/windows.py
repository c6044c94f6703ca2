"""Announced maintenance in Alertmanager's words: who is not told of what, and when. Pure.

A window of one subject must not hold back what happens to another, so that a route of its own,
with the same receiver, stands before each that its alerts would take. What is still wrong when the
window is over is told then: Alertmanager asks the clock at each notice, not when an alert begins.

Attacks do not keep to windows, so that no alert of the security tier is held back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from seatrial.contract.declaration import Tier, Window
from seatrial.engines.alertmanager.config import MuteTime, Route

ALWAYS: tuple[Mapping[str, object], ...] = (
    {"times": [{"start_time": "00:00", "end_time": "24:00"}]},
)
_BESIDES = {"tier": Tier.SECURITY.value}
_MIDNIGHT = "00:00"


def name(window: Window) -> str:
    """What its time is called: no mute time of the file is called so, for no name has a slash."""
    return f"maintenance/{window.name}"


def mute_times(windows: tuple[Window, ...], *, always: bool = False) -> tuple[MuteTime, ...]:
    """The windows as time intervals; `always`: they hold now, for a drill."""
    return tuple(
        MuteTime(name=name(each), intervals=ALWAYS if always else intervals(each))
        for each in windows
    )


def intervals(window: Window) -> tuple[Mapping[str, object], ...]:
    """When it holds, in UTC and by the minute, which is all that Alertmanager knows."""
    return tuple(found for begin, until in window.spans for found in _dated(begin, until))


def _dated(since: float, over: float) -> tuple[Mapping[str, object], ...]:
    """The end of its first day, whole days between, the beginning of its last."""
    begin, until = (datetime.fromtimestamp(each, UTC) for each in (since, over))
    if begin.date() == until.date():
        return (_of(begin, begin, f"{begin:%H:%M}", f"{until:%H:%M}"),)
    found = []
    whole = begin
    if f"{begin:%H:%M}" != _MIDNIGHT:
        found.append(_of(begin, begin, f"{begin:%H:%M}", "24:00"))
        whole = begin + timedelta(days=1)
    days = [whole + timedelta(days=each) for each in range((until.date() - whole.date()).days)]
    for _, month in groupby(days, key=lambda each: (each.year, each.month)):
        first, *others = month
        found.append(_of(first, others[-1] if others else first))
    if f"{until:%H:%M}" != _MIDNIGHT:
        found.append(_of(until, until, _MIDNIGHT, f"{until:%H:%M}"))
    return tuple(found)


def _of(first: datetime, last: datetime, start: str = "", end: str = "") -> Mapping[str, object]:
    """Days of one month; with `start` and `end`, only that time of each."""
    days = f"{first.day}" if first.day == last.day else f"{first.day}:{last.day}"
    times = {"times": [{"start_time": start, "end_time": end}]} if start else {}
    return {
        "years": [f"{first.year}"],
        "months": [f"{first.month}"],
        "days_of_month": [days],
        **times,
    }


def routed(
    routes: tuple[Route, ...], windows: tuple[Window, ...], fallback: Route
) -> tuple[Route, ...]:
    """The routes, each that leads to a team behind those on which a window holds its alerts back.

    `fallback` is the way of what no route takes. The watchdog's beat, which is routed by its alert,
    goes on.
    """
    if not windows:
        return routes
    teams = ((*_held(each, windows), each) if "team" in each.match else (each,) for each in routes)
    return (*(found for each in teams for found in each), *_held(fallback, windows))


def _held(route: Route, windows: tuple[Window, ...]) -> Iterator[Route]:
    """One for all subjects of the same windows, then one for whatever a window of all concerns."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for subject in dict.fromkeys(one for each in windows for one in each.subjects):
        key = tuple(name(each) for each in windows if each.concerns(subject))
        alike.setdefault(key, []).append(subject)
    for names, subjects in alike.items():
        yield replace(
            route,
            among={"service": tuple(subjects)},
            besides=_BESIDES,
            muted=(*route.muted, *names),
        )
    if whole := tuple(name(each) for each in windows if each.whole):
        yield replace(route, besides=_BESIDES, muted=(*route.muted, *whole))
