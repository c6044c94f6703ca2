"""What was written, read and looked at, and what that says of a failover. Pure.

Instants are epoch seconds of one clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any


class Outcome(StrEnum):
    """What became of a write: it counts, it does not, or nobody knows."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One row, with when it was sent and when its outcome was known."""

    number: int
    sent: float
    ended: float
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One round at every member: `writable` are those that acknowledged a write in it."""

    at: float
    writable: tuple[str, ...]


def counted(writes: Iterable[Write], since: float) -> dict[str, int]:
    """How many writes that were sent since then came to what."""
    found = dict.fromkeys((each.value for each in Outcome), 0)
    for each in writes:
        if each.sent >= since:
            found[each.outcome.value] += 1
    return found


def gap(answered: Iterable[float], since: float, now: float) -> dict[str, float | None]:
    """The longest time without an answer: `seconds`, when it `began`, when it `ended`.

    It has not ended where it lasts until now. `open` is how long the newest one lasts by now.
    """
    instants = [since, *sorted(each for each in answered if since <= each <= now)]
    spans: list[tuple[float, float, float | None]] = [
        (later - earlier, earlier, later) for earlier, later in pairwise(instants)
    ]
    spans.append((now - instants[-1], instants[-1], None))
    seconds, began, ended = max(spans, key=lambda each: each[0])
    return {"seconds": seconds, "began": began, "ended": ended, "open": now - instants[-1]}


def lost(writes: Iterable[Write], there: Collection[int], since: float) -> dict[str, float]:
    """How many rows that were acknowledged since then are not there, and what time they span."""
    gone = [
        each
        for each in writes
        if each.outcome is Outcome.ACKNOWLEDGED and each.ended >= since and each.number not in there
    ]
    seconds = max(each.ended for each in gone) - min(each.sent for each in gone) if gone else 0.0
    return {"rows": len(gone), "seconds": seconds}


def doubles(looks: Sequence[Look]) -> Iterator[dict[str, Any]]:
    """Each time in which two members took writes: who, when it began, how long it lasted.

    It lasts until the first look that saw it otherwise, or until the last look.
    """
    began: Look | None = None
    for each in looks:
        several = len(each.writable) > 1
        if several and began is None:
            began = each
        if began is not None and (not several or each is looks[-1]):
            seconds = each.at - began.at
            yield {"members": list(began.writable), "began": began.at, "seconds": seconds}
            began = None


def primaries(looks: Iterable[Look]) -> Iterator[dict[str, Any]]:
    """Who took writes, each time that this changed."""
    before: tuple[str, ...] | None = None
    for each in looks:
        if each.writable != before:
            yield {"at": each.at, "members": list(each.writable)}
        before = each.writable
