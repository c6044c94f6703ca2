"""Scalars as Compose writes them: durations, sizes, cores, switches, commands."""

import math
import re
import shlex

from seatrial.system.importers.documents import written
from seatrial.system.tree import Node

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s|d|w)")
_SECONDS = {
    "w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0,
    "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
}  # fmt: skip
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([kmgtp]?)i?b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_TRUE = frozenset({"true", "yes", "on", "y", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "0"})
_MOST_SECONDS = 3660 * 86400.0
_LONGEST = 64
_MOST_SHELL = 1 << 16


def duration(node: Node | None) -> float | None:
    """Seconds of `1m30s`; a bare number is taken for seconds, as older tools did."""
    text = _text(node)
    if text is None or len(text) > _LONGEST:
        return None
    bare = _number(text)
    if bare is not None:
        return bare if 0 <= bare <= _MOST_SECONDS else None
    if not re.fullmatch(rf"(?:{_DURATION.pattern})+", text):
        return None
    total = math.fsum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
    return total if total <= _MOST_SECONDS else None


def size(node: Node | None) -> int | None:
    """Bytes of `512m`, `1.5gb`, `64KiB` or a number; None for what is none, and for 0 or less."""
    text = _text(node)
    match = _SIZE.fullmatch(text) if text is not None and len(text) <= _LONGEST else None
    if match is None:
        return None
    found = int(float(match[1]) * 1024 ** _POWERS[match[2].lower()])
    return found if 0 < found < 1 << 60 else None


def number(node: Node | None) -> float | None:
    """A number, be it in quotes."""
    text = _text(node)
    return None if text is None or len(text) > _LONGEST else _number(text)


def whole(node: Node | None) -> int | None:
    """A whole number, be it in quotes."""
    found = number(node)
    return int(found) if found is not None and found == int(found) else None


def _number(text: str) -> float | None:
    if not re.fullmatch(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", text):
        return None
    return float(text)


def switch(node: Node | None) -> bool | None:
    """A truth value in any of YAML 1.1's words."""
    text = _text(node)
    lower = "" if text is None else text.lower()
    return True if lower in _TRUE else False if lower in _FALSE else None


def _text(node: Node | None) -> str | None:
    text = None if node is None else written(node)
    return None if text is None else text.strip()


def words(node: Node | None) -> tuple[str, ...] | None:
    """A command's words: a list as it is, a text as a shell would split it; None for neither."""
    if node is None:
        return None
    if node.items is not None:
        return tuple(text for each in node.items if (text := written(each)) is not None)
    text = written(node)
    if text is None:
        return None
    if len(text) > _MOST_SHELL:  # what splits as a shell does takes the square of the length
        return tuple(text.split())
    try:
        return tuple(shlex.split(text.replace("\0", "")))
    except ValueError:
        return tuple(text.split())
