"""Sigma's meaning in a few lines: whether an event matches a detection. It knows no pySigma.

An event is flat: texts by field name, and what is empty is not there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

Event = Mapping[str, str]
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_TOKEN = re.compile(r"\(|\)|[\w*]+")


def matches(detection: Mapping[str, Any], event: Event) -> bool:
    tokens = _TOKEN.findall(detection["condition"])
    names = [each for each in detection if each != "condition"]

    def one(name: str) -> bool:
        return _selection(detection[name], event)

    def either() -> bool:
        found = both()
        while tokens[:1] == ["or"]:
            tokens.pop(0)
            found = both() or found
        return found

    def both() -> bool:
        found = atom()
        while tokens[:1] == ["and"]:
            tokens.pop(0)
            found = atom() and found
        return found

    def atom() -> bool:
        token = tokens.pop(0)
        if token == "not":
            return not atom()
        if token == "(":
            found = either()
            tokens.pop(0)
            return found
        if token in {"1", "all"} and tokens[:1] == ["of"]:
            tokens.pop(0)
            pattern = tokens.pop(0)
            chosen = [
                each
                for each in names
                if pattern == "them" or re.fullmatch(pattern.replace("*", ".*"), each)
            ]
            return (any if token == "1" else all)(one(each) for each in chosen)
        return one(token)

    return either()


def _selection(selection: Any, event: Event) -> bool:
    if isinstance(selection, Mapping):
        return all(_item(key, value, event) for key, value in selection.items())
    return any(
        _selection(each, event) if isinstance(each, Mapping) else _keyword(each, event)
        for each in (selection if isinstance(selection, list) else [selection])
    )


def _keyword(value: Any, event: Event) -> bool:
    return any(_text(f"*{value}*", each, cased=False) for each in event.values())


def _item(key: str, value: Any, event: Event) -> bool:
    field, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    every = "all" in modifiers
    return (all if every else any)(_value(field, modifiers, each, event) for each in values)


def _value(field: str, modifiers: list[str], value: Any, event: Event) -> bool:  # noqa: C901, PLR0911 - one case a modifier
    there = event.get(field)
    if value is None or value == "":
        return there is None
    if "exists" in modifiers:
        return (there is not None) is value
    if there is None:
        return False
    if "re" in modifiers:
        flags = re.IGNORECASE if "i" in modifiers else re.NOFLAG
        flags |= re.DOTALL if "s" in modifiers else re.NOFLAG
        return re.search(value.replace("$", r"\Z"), there, flags) is not None
    if "cidr" in modifiers:
        try:
            address = ipaddress.ip_address(there)
        except ValueError:
            return False
        network = ipaddress.ip_network(value)
        return address.version == network.version and address in network
    for name, compare in _COMPARE.items():
        if name in modifiers:
            return _NUMBER.fullmatch(there) is not None and compare(float(there), value)
    if "fieldref" in modifiers:
        return there == event.get(value)
    if isinstance(value, bool):
        return there.lower() == str(value).lower()
    if isinstance(value, int):
        return there == str(value)
    before = "*" if {"contains", "endswith"} & set(modifiers) else ""
    after = "*" if {"contains", "startswith"} & set(modifiers) else ""
    return _text(before + value + after, there, cased="cased" in modifiers)


_COMPARE = {
    "lte": lambda a, b: a <= b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "gt": lambda a, b: a > b,
}


def _text(pattern: str, value: str, *, cased: bool) -> bool:
    """A whole value against a text with `*`, `?` and backslashes before them."""
    out, place = [], 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\" and pattern[place + 1 : place + 2] in {"*", "?", "\\"}:
            place += 1
            out.append(re.escape(pattern[place]))
        else:
            out.append({"*": ".*", "?": "."}.get(sign, re.escape(sign)))
        place += 1
    flags = re.DOTALL | (re.NOFLAG if cased else re.IGNORECASE)
    return re.fullmatch("".join(out), value, flags) is not None
