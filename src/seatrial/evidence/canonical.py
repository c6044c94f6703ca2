"""Canonical JSON: one value, one sequence of bytes.

Keys sorted, no whitespace, ASCII only (every other character escaped), no numbers that JSON does
not have. ASCII, so that the same bytes may stand in a file, a database or an HTML page, whatever
encoding they pass through, and so that a lone surrogate out of a hostile log line survives.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from seatrial.evidence.failure import EvidenceFailure

Json = Any


def canonical(value: Json) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for NaN and the infinities."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def finite(value: Json) -> Json:
    """The same value with tuples as lists and non-finite numbers as the words Python reads."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return value


def parsed(text: bytes, what: str) -> Json:
    """JSON out of bytes, refusing duplicate keys and numbers that JSON does not have.

    Raises EvidenceFailure, naming `what`, when the bytes are not such a JSON text.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise EvidenceFailure(
            f"{what} is not readable JSON ({error})", "get an unchanged copy"
        ) from None


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(word: str) -> Json:
    raise ValueError(f"{word} is not a JSON number")
