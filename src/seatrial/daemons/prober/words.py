"""Reads single values of the plan's JSON; whatever is wrong becomes one sentence with its place."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any

from seatrial.daemons.shared.errors import StartError


class PlanError(StartError):
    """The plan cannot be used; the message says where and what is wanted."""


def text(owner: Mapping[str, Any], key: str, place: str) -> str:
    """A text that is there and not empty."""
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise PlanError(f"{place}.{key}: a string is wanted")
    return value


def number(owner: Mapping[str, Any], key: str, place: str, *, default: float, most: float) -> float:
    """A number above 0, at most `most`."""
    value = owner.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise PlanError(f"{place}.{key}: a number above 0, at most {most:g}, not {value!r}")
    return float(value)


def flag(owner: Mapping[str, Any], key: str, place: str, *, default: bool) -> bool:
    """True or false."""
    value = owner.get(key, default)
    if not isinstance(value, bool):
        raise PlanError(f"{place}.{key}: true or false, not {value!r}")
    return value


def statuses(found: Any, place: str) -> frozenset[int]:
    """One HTTP status or several."""
    wanted = found if isinstance(found, list) else [found]
    if not wanted or not all(type(code) is int and 100 <= code < 600 for code in wanted):  # noqa: PLR2004 - RFC 9110, section 15
        raise PlanError(f"{place}: an HTTP status or a list of them, not {found!r}")
    return frozenset(wanted)


def url(found: Any, place: str) -> str:
    """An HTTP URL, without the slash at its end."""
    parts = urllib.parse.urlsplit(found) if isinstance(found, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PlanError(f"{place}: {found!r} is not an http(s) URL with a host")
    return str(found).rstrip("/")


def only(found: Any, place: str, known: set[str]) -> None:
    """An object that has no other keys than these."""
    if not isinstance(found, dict):
        raise PlanError(f"{place}: an object is wanted")
    if unknown := sorted(set(found) - known):
        raise PlanError(f"{place}: {', '.join(unknown)} not known; {', '.join(sorted(known))} are")
