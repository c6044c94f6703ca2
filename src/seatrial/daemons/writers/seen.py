"""What was written, read and looked at, and what that says of a failover. Pure.

Instants are epoch seconds of one clock. What ended since a moment is of the time since then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

NEAR = 0.3  # seconds in which members' answers count as of one moment
_GAP = 0.5  # seconds; what is shorter is the pace of the writers


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
class Glance:
    """What one member said when it was asked to take a write, and when.

    `took` None: it said nothing; False: it is a standby.
    """

    at: float
    member: str
    took: bool | None


def counted(writes: Iterable[Write], since: float) -> dict[str, int]:
    """How many writes that ended since then came to what."""
    found = dict.fromkeys((each.value for each in Outcome), 0)
    for each in writes:
        if each.ended >= since:
            found[each.outcome.value] += 1
    return found


def gaps(answered: Iterable[float], since: float, now: float) -> dict[str, Any]:
    """The times without an answer: `spans`, and how long the newest lasts by now, `open`.

    Each span has its `seconds`, when it `began` and when it `ended`: None where it lasts. One that
    lasted at that moment already began when it began.
    """
    known = sorted(each for each in answered if each <= now)
    before = [each for each in known if each < since][-1:] or [since]
    instants = [*before, *(each for each in known if each >= since)]
    spans: list[dict[str, float | None]] = [
        {"seconds": later - earlier, "began": earlier, "ended": later}
        for earlier, later in pairwise(instants)
        if later - earlier >= _GAP
    ]
    left = now - instants[-1]
    if left >= _GAP:
        spans.append({"seconds": left, "began": instants[-1], "ended": None})
    return {"spans": spans, "open": left}


def lost(writes: Iterable[Write], there: Collection[int], since: float) -> dict[str, float]:
    """How many rows that were acknowledged since then are not there, and what time they span."""
    gone = [
        each
        for each in writes
        if each.outcome is Outcome.ACKNOWLEDGED and each.ended >= since and each.number not in there
    ]
    seconds = max(each.ended for each in gone) - min(each.sent for each in gone) if gone else 0.0
    return {"rows": len(gone), "seconds": seconds}


def doubles(glances: Iterable[Glance]) -> list[dict[str, Any]]:
    """Each time in which two members took writes: who, when it began, how long it lasted."""
    found: list[dict[str, Any]] = []
    takes = sorted((each for each in glances if each.took), key=lambda each: each.at)
    for one, other in pairwise(takes):
        if one.member == other.member or other.at - one.at > NEAR:
            continue
        last = found[-1] if found else None
        if last is not None and one.at <= last["began"] + last["seconds"] + NEAR:
            last["seconds"] = other.at - last["began"]
            continue
        members = sorted({one.member, other.member})
        found.append({"members": members, "began": one.at, "seconds": other.at - one.at})
    return found


def primaries(glances: Iterable[Glance]) -> Iterator[dict[str, Any]]:
    """Who took writes, each time that this changed."""
    before = ""
    for each in sorted((each for each in glances if each.took), key=lambda each: each.at):
        if each.member != before:
            yield {"at": each.at, "member": each.member}
        before = each.member


def silent(glances: Sequence[Glance], members: Iterable[str]) -> list[str]:
    """Who said nothing when it was asked last, or was never asked."""
    newest = {each.member: each for each in sorted(glances, key=lambda each: each.at)}
    return [each for each in members if each not in newest or newest[each].took is None]
