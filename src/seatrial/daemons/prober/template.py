"""Puts kept values where a step says `${name}`."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

_NAME = re.compile(r"\$\{(\w+)\}")


def names(value: Any) -> Iterator[str]:
    """Give every name that `value` (JSON) asks for."""
    if isinstance(value, str):
        yield from _NAME.findall(value)
    elif isinstance(value, list):
        for part in value:
            yield from names(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from names(key)
            yield from names(part)


def fill(value: Any, kept: Mapping[str, Any]) -> Any:
    """Fill a JSON value; a string that is one name alone takes the kept value's own type."""
    if isinstance(value, str):
        alone = _NAME.fullmatch(value)
        if alone:
            return kept[alone[1]]
        return _NAME.sub(lambda found: str(kept[found[1]]), value)
    if isinstance(value, list):
        return [fill(part, kept) for part in value]
    if isinstance(value, dict):
        return {fill_text(key, kept): fill(part, kept) for key, part in value.items()}
    return value


def fill_text(text: str, kept: Mapping[str, Any]) -> str:
    """Fill a string."""
    return _NAME.sub(lambda found: str(kept[found[1]]), text)


def fill_path(text: str, kept: Mapping[str, Any]) -> str:
    """Fill a URL's path; a kept value cannot add a segment or a query."""
    return _NAME.sub(lambda found: urllib.parse.quote(str(kept[found[1]]), safe=""), text)
