"""Filters of LogsQL as text, each with the meaning that its docstring says and no other.

Format: the product's LogsQL reference. Traps that these functions keep closed: a phrase matches
whole words, so that substrings need `*"..."*` or an expression; comparisons with numbers also read
durations, sizes and addresses; in expressions of this product a dot may match a new line; an empty
value is not stored, and filters see a field that is missing as an empty one.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

MESSAGE = "_msg"
ANY_FIELD = "*"
OWN_FIELDS = frozenset({"_time", "_stream", "_stream_id"})  # each has filters of its own
NUMBER = r"^[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL = 0x20
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")


def quoted(text: str) -> str:
    """A string literal."""
    return '"' + "".join(_escaped(each) for each in text) + '"'


def _escaped(sign: str) -> str:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    return f"\\x{ord(sign):02x}" if ord(sign) < _CONTROL else sign


def _of(field: str) -> str:
    """A field before its filter: in quotes, for most words mean something to the language."""
    return f"{field}:" if field in {MESSAGE, ANY_FIELD} else f"{quoted(field)}:"


def literal(text: str) -> str:
    """A text in an expression (RE2), where it means itself."""
    return _META.sub(lambda found: "\\" + found.group(), text)


def caseless(text: str) -> bool:
    """Whether the text has no letter that is also written in another case."""
    return all(each.lower() == each == each.upper() for each in text)


def equals(field: str, text: str) -> str:
    """The value is this text, with its case."""
    return f"{_of(field)}={quoted(text)}"


def begins(field: str, text: str) -> str:
    """The value begins with this text, with its case."""
    return f"{_of(field)}={quoted(text)}*"


def contains(field: str, text: str) -> str:
    """The value has this text in it anywhere, with its case."""
    return f"{_of(field)}*{quoted(text)}*"


def matches(field: str, expression: str) -> str:
    """The value matches an RE2 expression somewhere; it must say whether a dot may be a new line.

    A field that is missing matches where an empty text would.
    """
    return f"{_of(field)}~{quoted(expression)}"


def present(field: str) -> str:
    """The field is there, and not empty."""
    return f"{_of(field)}*"


def absent(field: str) -> str:
    """The field is missing or empty, which is the same here."""
    return f'{_of(field)}""'


def compares(field: str, operator: str, number: float) -> str:
    """The value is a number, and `<`, `<=`, `>` or `>=` this one (as 64-bit floats)."""
    return both((f"{_of(field)}{operator}{number}", matches(field, NUMBER)))


def within(field: str, network: IPv4Network | IPv6Network) -> str:
    """The value is an address of this network."""
    if isinstance(network, IPv4Network):
        return f"{_of(field)}ipv4_range({quoted(str(network))})"
    # to this filter an address of IPv4 is one of ::ffff:0:0/96
    return both((f"{_of(field)}ipv6_range({quoted(str(network))})", contains(field, ":")))


def same(field: str, other: str) -> str:
    """Both fields are there and have one value, with its case."""
    return both((present(field), f"{_of(field)}eq_field({quoted(other)})"))


def both(filters: Iterable[str]) -> str:
    """All of them match."""
    return _joined(" and ", filters)


def either(filters: Iterable[str]) -> str:
    """At least one of them matches."""
    return _joined(" or ", filters)


def negated(text: str) -> str:
    """It does not match."""
    return f"!({text})" if not text.startswith("(") else f"!{text}"


def stream(label: str, values: Iterable[str]) -> str:
    """The streams whose label has one of these values."""
    return f"{{{quoted(label)} in ({', '.join(quoted(each) for each in values)})}}"


def _joined(word: str, filters: Iterable[str]) -> str:
    found = tuple(filters)
    return found[0] if len(found) == 1 else f"({word.join(found)})"
