"""Small checks of JSON values that the parsers share; each gives faults, empty when right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_LONGEST_SUMMARY = 1024
_HTTP = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


def read_object(body: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read a JSON object; beside it the faults that kept it from being read."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        return {}, (f"body: not JSON: {error}",)
    if not isinstance(found, dict):
        return {}, (f"body: a JSON object is wanted, not {kind(found)}",)
    return found, ()


def kind(value: object) -> str:
    """Name a JSON value's type in JSON's words."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object")


def text(value: object, place: str, *, limit: int = 0, empty_ok: bool = True) -> list[str]:
    """Check a string, of at most `limit` characters when that is above 0."""
    if not isinstance(value, str):
        return [f"{place}: a string is wanted, not {kind(value)}"]
    if not empty_ok and not value.strip():
        return [f"{place}: is missing or blank"]
    if limit and len(value) > limit:
        return [f"{place}: {len(value)} characters, {limit} are allowed"]
    return []


def texts(owner: Mapping[str, Any], keys: Iterable[str], place: str) -> list[str]:
    """Check that each of `keys` that is there is a string."""
    return [fault for key in keys if key in owner for fault in text(owner[key], f"{place}{key}")]


def link(value: object, place: str) -> list[str]:
    """Check an absolute http(s) URL; an empty one is no link and is right."""
    faults = text(value, place)
    if faults or value == "":
        return faults
    return [] if _HTTP.match(str(value)) else [f"{place}: not an http(s) URL"]


def strings(value: object) -> dict[str, str]:
    """Keep the entries of an object that are non-empty strings."""
    if not isinstance(value, dict):
        return {}
    return {key: found for key, found in value.items() if isinstance(found, str) and found}


def summary(*candidates: object) -> str:
    """Give the first non-empty string, cut to a length that a table can hold."""
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.strip():
            return candidate.strip()[:_LONGEST_SUMMARY]
    return ""
