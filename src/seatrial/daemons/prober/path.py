"""A small part of JSONPath (RFC 9535): `$`, `.name`, `['name']` and `[0]`, one value at most."""

from __future__ import annotations

import re
from typing import Any

Path = tuple[str | int, ...]

_PART = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\[(\d{1,6})\]")


class PathError(ValueError):
    """The path is not of the part that is understood, or leads nowhere in a document."""


def parse(text: str) -> Path:
    """Read a path such as `$.items[0].id`. Raises PathError."""
    if not text.startswith("$"):
        raise PathError(f"{text!r}: a path begins with $, such as $.id")
    parts: list[str | int] = []
    position = 1
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise PathError(f"{text!r}: cannot be read from {text[position:]!r} on")
        name, quoted, index = found.groups()
        parts.append(int(index) if index is not None else name or quoted)
        position = found.end()
    return tuple(parts)


def find(document: Any, path: Path) -> Any:
    """Give the value at `path`. Raises PathError when there is none."""
    value = document
    for part in path:
        match value, part:
            case list(), int() if part < len(value):
                value = value[part]
            case dict(), str() if part in value:
                value = value[part]
            case _:
                raise PathError(f"nothing at {show(path)}")
    return value


def show(path: Path) -> str:
    """Write a path as `parse` reads it."""
    return "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
