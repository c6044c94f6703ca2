"""The course of a drill that goes from place to place: runs of when all is well, then each fault.

All windows are of one drill, so that what is compared was seen on one machine in one state.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.capabilities.tracing.places import Place
from seatrial.contract.scenario import Injection
from seatrial.contract.timeline import Timeline

# Seconds: runs that all others are compared with, those of one place, and between two places.
BEFORE, HOLD, PAUSE = 10.0, 7.0, 2.5
STARTING = 1.0  # seconds after a fault began of which runs are not looked at
SETTLED = 10.0  # seconds after a run's start, after which its last spans have come
SLACK = 30.0  # seconds more than all of it, for spans to come and undos to end
QUIET = 1  # which injection is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when to when runs must have begun, in seconds since the epoch."""

    start: float
    end: float


def injections(places: Sequence[Place | None]) -> tuple[Injection, ...]:
    """Runs of before, then a while in which nothing is done, then place after place; None is none.

    The runs of before are those of the first pause: a control that plants its defect with each
    injection does not reach them.
    """
    return (
        Injection(actions=(), hold=0.0, pause=BEFORE),
        Injection(actions=(), hold=HOLD, pause=PAUSE),
        *(
            Injection(actions=each.actions if each else (), hold=HOLD, pause=PAUSE)
            for each in places
        ),
    )


def within(places: Sequence[Place | None]) -> float:
    """Seconds that the whole drill may take."""
    return BEFORE + (HOLD + PAUSE) * (len(places) + 1) + SLACK


def before(timeline: Timeline) -> Window | None:
    """When all was well; None while that lasts."""
    begun, ended = _steps(timeline, "inject"), _steps(timeline, "undo")
    return Window(start=ended[0], end=begun[1]) if len(begun) > 1 else None


def during(timeline: Timeline, index: int) -> Window | None:
    """The window of an injection, by its number; None while it lasts."""
    begun, ended = _steps(timeline, "inject"), _steps(timeline, "undo")
    if len(ended) <= index:
        return None
    return Window(start=begun[index] + STARTING, end=ended[index])


def _steps(timeline: Timeline, name: str) -> list[float]:
    return [each.at for each in timeline.of(source="drill", kind="step") if each.subject == name]
