"""Plain values as the YAML that a person would write: blocks outside, short maps in one line."""

import re
from collections.abc import Mapping
from typing import Any

from seatrial.system.scalars import resolve

_FLOW = frozenset({"ports", "needs", "metrics", "health", "limits", "scale", "expect", "secret"})
_LETTERS = r"[A-Za-z0-9_./@+=?&;,:${}()*~^%!<>|'-]"
_WORDS = re.compile(rf"[A-Za-z0-9_./$(](?:{_LETTERS}*)(?: {_LETTERS}+)*")
_IN_FLOW = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./@+-]*")
_YAML_11 = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"])
_WIDTH = 100
HEAD = """\
# yaml-language-server: $schema=./.seatrial/schema.json
# `seatrial explain KEY` says what a key means, for example `seatrial explain services.*.needs`.
"""
Remarks = Mapping[tuple[str, ...], str]


def text(document: Mapping[str, Any], remarks: Remarks) -> str:
    """The whole file; sections are set apart by an empty line."""
    parts = [HEAD]
    apart = False
    for key, value in document.items():
        apart = apart or isinstance(value, Mapping)  # the first lines stand together
        if apart:
            parts.append("\n")
        parts += [f"{line}\n" for line in lines(key, value, 0, (key,), remarks)]
    return "".join(parts)


def lines(
    key: str, value: Any, depth: int, path: tuple[str, ...] = (), remarks: Remarks | None = None
) -> list[str]:
    """The lines of `key: value`, `depth` steps of two spaces to the right."""
    indent = "  " * depth
    remark = (remarks or {}).get(path, "")
    said = f"  # {remark}" if remark else ""
    name = scalar(key)
    if isinstance(value, Mapping) and value and key not in _FLOW and not _short(value):
        found = [f"{indent}{name}:{said}"]
        for below, each in value.items():
            found += lines(below, each, depth + 1, (*path, below), remarks)
        return found
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        found = [f"{indent}{name}:{said}"]
        for each in value:
            item = [line for below, one in each.items() for line in lines(below, one, depth + 2)]
            item[0] = f"{indent}  - {item[0].lstrip(' ')}"
            found += item
        return found
    one = f"{indent}{name}: {flow(value) if isinstance(value, Mapping | list) else scalar(value)}"
    if isinstance(value, Mapping | list) and len(one) > _WIDTH and value:
        return [f"{indent}{name}:{said}", *_long(value, depth + 1)]
    return [one + said]


def _short(value: Mapping[str, Any]) -> bool:
    return set(value) == {"secret"}


def _long(value: Any, depth: int) -> list[str]:
    indent = "  " * depth
    if isinstance(value, Mapping):
        return [f"{indent}{scalar(key)}: {flow(each)}" for key, each in value.items()]
    return [f"{indent}- {flow(each)}" for each in value]


def flow(value: Any) -> str:
    """A value in one line, as it may stand in braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, str) and not (_IN_FLOW.fullmatch(value) and _is_text(value)):
        return quoted(value)
    return scalar(value)


def scalar(value: Any) -> str:
    """A scalar as it may stand behind a key: plain where that is safe, else in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    plain = (
        _WORDS.fullmatch(value) is not None
        and _is_text(value)
        and ": " not in value
        and not value.endswith(":")
        and value.isprintable()
    )
    return value if plain else quoted(value)


def _is_text(value: str) -> bool:
    # also for readers of YAML 1.1, where `no` and `22:22` are none
    return (
        isinstance(resolve(value), str)
        and value.lower() not in _YAML_11
        and re.fullmatch(r"[-+0-9][0-9_,:.eE+-]*", value) is None
    )


def quoted(value: str) -> str:
    """In double quotes; what is not printable as an escape."""
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if character in known:
        return known[character]
    if character.isprintable():
        return character
    number = ord(character)
    if number <= 0xFF:  # noqa: PLR2004 - what fits two digits
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 - four
