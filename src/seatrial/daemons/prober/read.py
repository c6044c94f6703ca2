"""Reads the plan's JSON; whatever is wrong becomes one sentence with its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.daemons.prober import path, template, words
from seatrial.daemons.prober.browser import read as browser
from seatrial.daemons.prober.checks import read as checks
from seatrial.daemons.prober.plan import RUN, SUCCESS, Expect, Journey, Plan, Step, Until
from seatrial.daemons.prober.words import PlanError

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_IN_FLIGHT = 64
HIGHEST_RATE = 1000.0
EVERY_S = 0.2
_MANY = 100_000


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"plan: not JSON: {error}") from error
    words.only(found, "plan", {"journeys", "checks"})
    journeys = tuple(_journey(one, place) for one, place in _listed(found, "journeys"))
    asked = tuple(checks.check(one, place) for one, place in _listed(found, "checks"))
    _once("journeys", [each.key for each in journeys])
    _once("checks", [each.name for each in asked])
    return Plan(journeys=journeys, checks=asked)


def _listed(found: Any, key: str) -> Iterator[tuple[Any, str]]:
    """Each item of a list, and its place."""
    listed = found.get(key, [])
    if not isinstance(listed, list):
        raise PlanError(f"plan.{key}: a list is wanted")
    return ((one, f"{key}[{number}]") for number, one in enumerate(listed))


def _once(key: str, names: list[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise PlanError(f"{key}: {name!r} comes twice; each name is one series of metrics")


def _journey(found: Any, place: str) -> Journey:
    words.only(
        found,
        place,
        {
            "name",
            "entry",
            "bases",
            "host",
            "verify",
            "rate",
            "timeout_s",
            "max_in_flight",
            "steps",
            "acts",
            "cleanup",
            "maintenance",
        },
    )
    bases = found.get("bases")
    if not isinstance(bases, list) or not bases:
        raise PlanError(f"{place}.bases: a list of at least one URL is wanted")
    browsed = "acts" in found
    acts = browser.acts(found["acts"], f"{place}.acts", {RUN}) if browsed else ()
    if browsed and "steps" in found:
        raise PlanError(f"{place}: steps or acts are wanted, not both")
    steps = () if browsed else _steps(found, place, "steps", {RUN})
    kept = {RUN}.union(*(each.keep for each in steps), *(each.keep for each in acts))
    return Journey(
        name=words.text(found, "name", place),
        bases=tuple(words.url(each, f"{place}.bases[{i}]") for i, each in enumerate(bases)),
        host=words.text(found, "host", place) if "host" in found else "",
        verify=words.flag(found, "verify", place, default=True),
        entry=words.text(found, "entry", place) if "entry" in found else "",
        rate=words.number(found, "rate", place, default=1.0, most=HIGHEST_RATE),
        timeout_s=words.number(found, "timeout_s", place, default=10.0, most=_MANY),
        max_in_flight=int(
            words.number(found, "max_in_flight", place, default=MAX_IN_FLIGHT, most=1000)
        ),
        steps=steps,
        acts=acts,
        cleanup=_steps(found, place, "cleanup", kept),
        maintenance=_spans(found.get("maintenance", []), f"{place}.maintenance"),
    )


def _spans(found: Any, place: str) -> tuple[tuple[float, float], ...]:
    if not isinstance(found, list) or not all(_span(each) for each in found):
        raise PlanError(f"{place}: pairs of instants, in seconds since 1970, are wanted")
    return tuple((float(begin), float(until)) for begin, until in found)


def _span(found: Any) -> bool:
    if not isinstance(found, list) or len(found) != 2:  # noqa: PLR2004 - begin and end
        return False
    return all(type(each) in {int, float} for each in found) and found[0] < found[1]


def _steps(found: Any, place: str, key: str, before: set[str]) -> tuple[Step, ...]:
    """The steps of a key, of which those of `steps` must be there; `before` is kept already."""
    steps: list[Step] = []
    known = {*before}
    listed = found.get(key, [])
    if not isinstance(listed, list) or (key == "steps" and not listed):
        raise PlanError(f"{place}.{key}: a list of at least one step is wanted")
    for number, one in enumerate(listed):
        step = _step(one, f"{place}.{key}[{number}]")
        if unknown := sorted(needs(step) - known):
            lacking = ", ".join(unknown)
            raise PlanError(f"{place}.{key}[{number}]: no earlier step keeps {lacking}")
        known |= set(step.keep)
        steps.append(step)
    return tuple(steps)


def needs(step: Step) -> set[str]:
    """The names that a step puts into its request."""
    return {
        *template.names(step.path),
        *template.names(step.json),
        *template.names(dict(step.headers)),
    }


def _step(found: Any, place: str) -> Step:
    words.only(
        found,
        place,
        {"name", "method", "path", "json", "headers", "expect", "keep", "until"},
    )
    method = found.get("method", "GET")
    if method not in METHODS:
        raise PlanError(f"{place}.method: {', '.join(METHODS)} are known, not {method!r}")
    target = words.text(found, "path", place)
    if not target.startswith("/"):
        raise PlanError(f"{place}.path: begins with /, not {target!r}")
    headers, keep = found.get("headers", {}), found.get("keep", {})
    for key, value in (("headers", headers), ("keep", keep)):
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise PlanError(f"{place}.{key}: an object of strings is wanted")
    return Step(
        name=words.text(found, "name", place) if "name" in found else f"{method} {target}",
        method=method,
        path=target,
        json=found.get("json"),
        headers=headers,
        expect=_expect(found.get("expect", {}), f"{place}.expect"),
        keep={name: _path(where, f"{place}.keep.{name}") for name, where in keep.items()},
        until=_until(found["until"], f"{place}.until") if "until" in found else None,
    )


def _expect(found: Any, place: str) -> Expect:
    words.only(found, place, {"status", "json", "contains"})
    status = SUCCESS
    if "status" in found:
        status = words.statuses(found["status"], f"{place}.status")
    return Expect(
        status=status,
        json=_values(found.get("json", {}), f"{place}.json"),
        contains=words.text(found, "contains", place) if "contains" in found else "",
    )


def _until(found: Any, place: str) -> Until:
    words.only(found, place, {"json", "within_s", "every_s"})
    values = _values(found.get("json"), f"{place}.json")
    if not values:
        raise PlanError(f'{place}.json: what to wait for is wanted, such as {{"$.state": "done"}}')
    return Until(
        json=values,
        within_s=words.number(found, "within_s", place, default=5.0, most=_MANY),
        every_s=words.number(found, "every_s", place, default=EVERY_S, most=_MANY),
    )


def _values(found: Any, place: str) -> Mapping[path.Path, Any]:
    if not isinstance(found, dict):
        raise PlanError(f"{place}: an object of paths and values is wanted")
    return {_path(where, place): value for where, value in found.items()}


def _path(text: str, place: str) -> path.Path:
    try:
        return path.parse(text)
    except path.PathError as error:
        raise PlanError(f"{place}: {error}") from error
