"""What a plain scalar means: the core schema of YAML 1.2 (chapter 10.3), and nothing of 1.1."""

import math
import re
from collections.abc import Callable
from functools import partial

from seatrial.system.tree import Scalar

_LONGEST_NUMBER = 40
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_START = frozenset("+-.0123456789")
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), partial(int, base=0)),
    (re.compile(r"0x[0-9a-fA-F]+"), partial(int, base=0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"), float),
)


def resolve(text: str) -> Scalar:
    """A plain scalar by YAML 1.2's core schema; `.inf` and `.nan` stay text, as no key has them."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in _NUMBER_START or len(text) > _LONGEST_NUMBER:
        return text
    for form, read in _NUMBERS:
        if form.fullmatch(text):
            number = read(text)
            return text if isinstance(number, float) and math.isinf(number) else number
    return text
