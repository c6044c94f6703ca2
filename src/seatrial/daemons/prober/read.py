"""Reads the plan's JSON; whatever is wrong becomes one sentence with its place."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

from seatrial.daemons.prober import path, template
from seatrial.daemons.prober.plan import RUN, Expect, Journey, Plan, Step, Until
from seatrial.daemons.shared.errors import StartError

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_IN_FLIGHT = 64
HIGHEST_RATE = 1000.0
EVERY_S = 0.2
_MANY = 100_000


class PlanError(StartError):
    """The plan cannot be used; the message says where and what is wanted."""


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"plan: not JSON: {error}") from error
    _only(found, "plan", {"journeys"})
    listed = found.get("journeys")
    if not isinstance(listed, list):
        raise PlanError("plan.journeys: a list is wanted")
    journeys = tuple(_journey(one, f"journeys[{i}]") for i, one in enumerate(listed))
    names = [journey.name for journey in journeys]
    for name in names:
        if names.count(name) > 1:
            raise PlanError(f"journeys: {name!r} comes twice; each name is one series of metrics")
    return Plan(journeys=journeys)


def _journey(found: Any, place: str) -> Journey:
    _only(
        found,
        place,
        {"name", "bases", "host", "verify", "rate", "timeout_s", "max_in_flight", "steps"},
    )
    bases = found.get("bases")
    if not isinstance(bases, list) or not bases:
        raise PlanError(f"{place}.bases: a list of at least one URL is wanted")
    verify = found.get("verify", True)
    if not isinstance(verify, bool):
        raise PlanError(f"{place}.verify: true or false, not {verify!r}")
    return Journey(
        name=_text(found, "name", place),
        bases=tuple(_base(each, f"{place}.bases[{i}]") for i, each in enumerate(bases)),
        host=_text(found, "host", place) if "host" in found else "",
        verify=verify,
        rate=_number(found, "rate", place, default=1.0, most=HIGHEST_RATE),
        timeout_s=_number(found, "timeout_s", place, default=10.0, most=_MANY),
        max_in_flight=int(_number(found, "max_in_flight", place, default=MAX_IN_FLIGHT, most=1000)),
        steps=_steps(found, place),
    )


def _steps(found: Any, place: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    known = {RUN}
    listed = found.get("steps")
    if not isinstance(listed, list) or not listed:
        raise PlanError(f"{place}.steps: a list of at least one step is wanted")
    for number, one in enumerate(listed):
        step = _step(one, f"{place}.steps[{number}]")
        asked = {*template.names(step.path), *template.names(step.json)}
        asked |= set(template.names(dict(step.headers)))
        if unknown := sorted(asked - known):
            raise PlanError(f"{place}.steps[{number}]: no earlier step keeps {', '.join(unknown)}")
        known |= set(step.keep)
        steps.append(step)
    return tuple(steps)


def _base(found: Any, place: str) -> str:
    parts = urllib.parse.urlsplit(found) if isinstance(found, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PlanError(f"{place}: {found!r} is not an http(s) URL with a host")
    return str(found).rstrip("/")


def _step(found: Any, place: str) -> Step:
    _only(
        found,
        place,
        {"name", "method", "path", "json", "headers", "expect", "keep", "until"},
    )
    method = found.get("method", "GET")
    if method not in METHODS:
        raise PlanError(f"{place}.method: {', '.join(METHODS)} are known, not {method!r}")
    target = _text(found, "path", place)
    if not target.startswith("/"):
        raise PlanError(f"{place}.path: begins with /, not {target!r}")
    headers, keep = found.get("headers", {}), found.get("keep", {})
    for key, value in (("headers", headers), ("keep", keep)):
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise PlanError(f"{place}.{key}: an object of strings is wanted")
    return Step(
        name=_text(found, "name", place) if "name" in found else f"{method} {target}",
        method=method,
        path=target,
        json=found.get("json"),
        headers=headers,
        expect=_expect(found.get("expect", {}), f"{place}.expect"),
        keep={name: _path(where, f"{place}.keep.{name}") for name, where in keep.items()},
        until=_until(found["until"], f"{place}.until") if "until" in found else None,
    )


def _expect(found: Any, place: str) -> Expect:
    _only(found, place, {"status", "json", "contains"})
    status = found.get("status", 200)
    wanted = status if isinstance(status, list) else [status]
    if not wanted or not all(type(code) is int and 100 <= code < 600 for code in wanted):  # noqa: PLR2004 - RFC 9110, section 15
        raise PlanError(f"{place}.status: an HTTP status or a list of them, not {status!r}")
    return Expect(
        status=frozenset(wanted),
        json=_values(found.get("json", {}), f"{place}.json"),
        contains=_text(found, "contains", place) if "contains" in found else "",
    )


def _until(found: Any, place: str) -> Until:
    _only(found, place, {"json", "within_s", "every_s"})
    values = _values(found.get("json"), f"{place}.json")
    if not values:
        raise PlanError(f'{place}.json: what to wait for is wanted, such as {{"$.state": "done"}}')
    return Until(
        json=values,
        within_s=_number(found, "within_s", place, default=5.0, most=_MANY),
        every_s=_number(found, "every_s", place, default=EVERY_S, most=_MANY),
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


def _text(owner: Mapping[str, Any], key: str, place: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise PlanError(f"{place}.{key}: a string is wanted")
    return value


def _number(
    owner: Mapping[str, Any],
    key: str,
    place: str,
    *,
    default: float,
    most: float,
) -> float:
    value = owner.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise PlanError(f"{place}.{key}: a number above 0, at most {most:g}, not {value!r}")
    return float(value)


def _only(found: Any, place: str, known: set[str]) -> None:
    if not isinstance(found, dict):
        raise PlanError(f"{place}: an object is wanted")
    if unknown := sorted(set(found) - known):
        raise PlanError(f"{place}: {', '.join(unknown)} not known; {', '.join(sorted(known))} are")
