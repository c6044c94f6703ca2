"""Versions as engines print them: found in text, and compared.

Compared by the rules of the Python packaging specification, which agree with the numbering of
every engine here: numbers between dots, by value.
"""

import re

from packaging.version import InvalidVersion, Version


def found_in(text: str, pattern: str) -> str | None:
    """The first group of `pattern` in what a program printed, or None."""
    match = re.search(pattern, text)
    return match.group(1) if match else None


def new_enough(version: str, minimum: str) -> bool:
    """Whether `version` is at least `minimum`. A version that cannot be read is not."""
    try:
        return Version(version) >= Version(minimum)
    except InvalidVersion:
        return False


def order(version: str) -> Version:
    """A key that sorts versions; what cannot be read sorts lowest."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")
