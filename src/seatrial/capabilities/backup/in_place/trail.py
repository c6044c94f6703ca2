"""What was written while places changed, and what of it was there when it was looked. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from seatrial.contract.timeline import Observation

KIND = "trail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; seconds since the epoch, `acknowledged` None where nobody knows."""

    sent: float
    acknowledged: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Which rows, by their places, were there at an instant."""

    at: float
    there: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many were acknowledged, and how many of these were there."""

    written: int
    there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Rows in the order in which they were sent, and each look.

    Restored was what was there `between` two instants: one, where a product tells it exactly. A
    look is when the server was there anew, before another row was written; the last is the
    newest one.
    """

    between: tuple[float, float] | None
    rows: tuple[Row, ...]
    looks: tuple[Look, ...]

    @classmethod
    def of(cls, text: str | bytes) -> Self:
        """As the daemon tells it."""
        told = json.loads(text)
        between = told["between"]
        return cls(
            between=(between[0], between[1]) if between is not None else None,
            rows=tuple(Row(sent=sent, acknowledged=known) for sent, known in told["rows"]),
            looks=tuple(
                Look(at=each["at"], there=_numbers(each["there"])) for each in told["looks"]
            ),
        )

    def count(self, look: Look, wanted: Callable[[Row], bool]) -> Count:
        """Of the acknowledged rows that are wanted, and were sent before it was looked."""
        found = [
            number
            for number, each in enumerate(self.rows)
            if each.acknowledged is not None and each.sent < look.at and wanted(each)
        ]
        return Count(written=len(found), there=sum(each in look.there for each in found))

    def away(self, since: float) -> float:
        """The longest time between two rows that were acknowledged, the second one since then."""
        known = [each.acknowledged for each in self.rows if each.acknowledged is not None]
        return max((b - a for a, b in pairwise(known) if b >= since), default=0.0)


def observed(store: str, now: float, body: bytes) -> tuple[Observation, ...]:
    """What a poll saw; nothing before anything was written."""
    if not json.loads(body)["rows"]:
        return ()
    return (Observation(at=now, source=KIND, kind=KIND, subject=store, text=body.decode()),)


def _numbers(spans: list[list[int]]) -> frozenset[int]:
    return frozenset(number for first, last in spans for number in range(first, last + 1))
