"""The lines of YAML that cure a finding, and what may be written without a person's judgement."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_QUANTITY = re.compile(r"[0-9]+(?:ms|s|m|h|d|k|M|Mi|Gi|MiB|GiB)")
_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./@%+=-]*(?::[A-Za-z0-9_./@%+=-]+)*")
# What YAML 1.1 or 1.2 reads as something else than text.
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n", ".inf", ".nan"})
_DEEP = 6  # levels written as blocks; what lies below stands on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What `--fix` may add by itself: keys that are not there yet, below a path of mappings.

    `file` as the user named it; `line` is that of the path's last key, 0 where it does not matter:
    what was merged from elsewhere is not edited there. An edit never changes or removes what is
    written.
    """

    file: str
    path: tuple[str, ...]
    value: Mapping[str, Any]
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """Lines to copy, and what to know before; `edit` where they can be written mechanically."""

    lines: str
    note: str = ""
    edit: Edit | None = None


def block(value: Mapping[str, Any], indent: int = 0) -> str:
    """A mapping as lines of YAML, two spaces a level, lists and empty values on one line."""
    return "".join(_entry(key, each, indent, _DEEP) for key, each in value.items())


def _entry(key: str, value: Any, indent: int, depth: int) -> str:
    head = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, Mapping) and value and depth > 0:
        below = "".join(_entry(k, each, indent + 2, depth - 1) for k, each in value.items())
        return f"{head}\n{below}"
    if _is_list(value) and any(isinstance(each, Mapping) for each in value):
        return f"{head}\n" + "".join(_item(each, indent + 2, depth - 1) for each in value)
    return f"{head} {flow(value)}\n"


def _item(value: Any, indent: int, depth: int) -> str:
    if not isinstance(value, Mapping):
        return f"{' ' * indent}- {flow(value)}\n"
    lines = "".join(_entry(key, each, indent + 2, depth) for key, each in value.items())
    return f"{' ' * indent}- {lines[indent + 2 :]}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {flow(each)}" for k, each in value.items()) + "}"
    if _is_list(value):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A scalar; a text in quotes wherever YAML might read something else."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if _QUANTITY.fullmatch(text) or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS):
        return text
    return json.dumps(text, ensure_ascii=False)
