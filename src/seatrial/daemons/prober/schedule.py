"""When runs start: by the clock alone (open model). Pure.

What a schedule misses because a run is slow is still due; what it misses because the prober
itself stood still is blindness, not an outage, and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

BLIND_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`rate` runs a second, the next due at `due` (monotonic seconds); a rate of 0 pauses."""

    rate: float
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The schedule after a turn, the times that were due, and the seconds of blindness."""

    schedule: Schedule
    starts: tuple[float, ...] = ()
    blind_s: float = 0.0


def turn(schedule: Schedule, now: float) -> Turn:
    """Give what is due at `now`."""
    if schedule.rate <= 0:
        return Turn(schedule=replace(schedule, due=now))
    blind = 0.0
    if now - schedule.due > BLIND_S + 1 / schedule.rate:
        blind = now - schedule.due
        schedule = replace(schedule, due=now)
    starts = []
    due = schedule.due
    while due <= now:
        starts.append(due)
        due += 1 / schedule.rate
    return Turn(schedule=replace(schedule, due=due), starts=tuple(starts), blind_s=blind)


def change(schedule: Schedule, rate: float, now: float) -> Schedule:
    """Go on at another rate; a slow schedule does not delay the first run of a faster one."""
    if rate <= 0:
        return replace(schedule, rate=0.0)
    return Schedule(rate=rate, due=min(max(schedule.due, now), now + 1 / rate))
