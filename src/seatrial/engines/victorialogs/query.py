"""Asking VictoriaLogs: request paths, and pure parsers of its answers (LogsQL HTTP API).

An answer holds one JSON object a line; every value is a text.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from seatrial.contract.timeline import Observation

PORT = "http"
_PATH = "/select/logsql/query"
_SINCE = "${since}"
_NAME = 32  # digits of a digest: 128 bits
_WRONG = re.compile(
    r"cannot parse `query` arg \[.*?\]: (?P<what>.*?)(?:; context: \[(?P<read>.*)\])?\s*$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What the store says of a query that it cannot read, and how far it came in it."""

    what: str
    read: str


def path(
    query: str,
    *,
    start: float | None = None,
    limit: int | None = None,
    service: str | None = None,
) -> str:
    """The request path of a query: lines since `start` (seconds since the epoch), of a service."""
    found = {"query": query}
    found |= {"start": f"{start:.6f}"} if start is not None else {}
    found |= {"limit": str(limit)} if limit is not None else {}
    if service is not None:
        found["extra_stream_filters"] = json.dumps({"service": service})
    return f"{_PATH}?{urlencode(found)}"


def since(query: str) -> str:
    """The request path of a watch: lines since the start of its drill."""
    return f"{path(query)}&start={_SINCE}"


def rows(body: bytes) -> tuple[Mapping[str, str], ...]:
    """Every line of an answer. Raises ValueError for what is no answer."""
    found = []
    for line in body.splitlines():
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"no object: {line[:80]!r}")
            found.append({key: str(value) for key, value in row.items()})
    return tuple(found)


def lines(source: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a watch: each line that is seen for the first time becomes a `line`.

    Its subject is the service that wrote it, its labels are all of its fields. What the store has
    twice is there twice.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        seen: Counter[str] = Counter()

        def named(row: Mapping[str, str]) -> str:
            """By all of its fields: two lines of one millisecond may differ in any of them."""
            told = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:_NAME]
            seen[told] += 1
            return f"{told}-{seen[told]}"

        return tuple(
            Observation(
                at=at,
                source=source,
                kind="line",
                subject=row.get("service", ""),
                id=named(row),
                text=row.get("_msg", ""),
                labels=row,
            )
            for row in rows(body)
        )

    return parse


def newest(source: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a watch on `stats by (...) count() lines, max(_time) newest`.

    Each row becomes a `stored` with the number of lines; its labels are the row's fields, of which
    `newest` is in seconds since the epoch. Its subject is the service.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(
                at=at,
                source=source,
                kind="stored",
                subject=row.get("service", ""),
                value=float(row["lines"]),
                labels={**row, "newest": f"{datetime.fromisoformat(row['newest']).timestamp()}"},
            )
            for row in rows(body)
        )

    return parse


def figures(source: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a watch on a query that ends in `stats`: each figure becomes a `sample`."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(
                at=at,
                source=source,
                kind="sample",
                subject=name,
                value=float(value),
            )
            for row in rows(body)
            for name, value in row.items()
        )

    return parse


def wrong(body: bytes) -> Wrong:
    """What the store objects to in a query."""
    text = body.decode("utf-8", errors="replace").strip()
    found = _WRONG.search(text)
    if found is None:
        return Wrong(what=text, read="")
    return Wrong(what=found["what"], read=found["read"] or "")
