"""What a report says of itself: when it was made, what it found, and what has expired since."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from seatrial.contract.evidence import Evidence
from seatrial.evidence.assess import Assessment

_DAY = 86400.0
_FAR = 253402300799.0  # the last second of the year 9999


def instant(found: Any) -> float:
    """Seconds since the epoch as a signed document holds them. Raises TypeError for others."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= _FAR:
        raise TypeError(f"{found!r} is no instant")
    return float(found)


def told(
    assessment: Assessment, evidence: Iterable[Evidence], made: float, now: float
) -> Iterator[str]:
    """What whoever trusts a report must know beside: an old one may speak of yesterday's system."""
    yield f"it says: {assessment.overall.sentence}"
    days = int((now - made) // _DAY)
    age = {0: "today", 1: "a day ago"}.get(days, f"{days} days ago")
    when = datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield f"made {when}, " + (age if days >= 0 else "which is still to come by this clock")
    yield from expired(evidence, now)


def expired(evidence: Iterable[Evidence], now: float) -> Iterator[str]:
    """How much of the evidence is worth nothing any more, because it is too old."""
    kept = tuple(evidence)
    old = sum(each.expires <= now for each in kept)
    if old:
        yield f"{old} of {len(kept)} pieces of its evidence have expired: they prove nothing today"
