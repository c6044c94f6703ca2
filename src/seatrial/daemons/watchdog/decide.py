"""When to page and when to say that it is over. Pure: (state, event, now) to what follows.

Times are seconds of a monotonic clock, so that a corrected wall clock neither pages nor hides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from seatrial.daemons.shared.labels import Status

Alert = Literal["WatchdogSilent", "WatchdogResolved"]
Event = Literal["beat", "gone", "tick"]

DUPLICATE_S = 1.0  # the same beat from a second Alertmanager, or sent again
BLIND_S = 5.0  # ticks further apart than this: we were stopped, and heard nothing ourselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`silence` after which to page; `arm` after which to page if no beat ever came."""

    silence: float
    arm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known.

    `hearing_since` is when we began to listen without a pause. `armed` says that a beat came
    before, in this life or an earlier one. `incident` is the alert that was paged for and is open.
    """

    hearing_since: float
    last_tick: float
    armed: bool = False
    last_beat: float | None = None
    beats: int = 0
    incident: Alert | None = None

    @property
    def mode(self) -> Literal["waiting", "beating", "paging"]:
        """Give the state in one word."""
        if self.incident:
            return "paging"
        return "beating" if self.armed else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Send `alert` with `status` to every channel."""

    alert: Alert
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next state, what to send, and why."""

    state: State
    actions: tuple[Notice, ...] = ()
    reason: str


def decide(state: State, event: Event, now: float, limits: Limits) -> Decision:
    """Take one event. At most one page is open at any time."""
    if event == "beat":
        return _beat(state, now)
    if event == "gone":
        return _gone(state)
    return _tick(state, now, limits)


def _beat(state: State, now: float) -> Decision:
    duplicate = state.last_beat is not None and now - state.last_beat < DUPLICATE_S
    nxt = replace(
        state,
        armed=True,
        last_beat=now,
        beats=state.beats + (0 if duplicate else 1),
        incident=None,
    )
    if state.incident:
        over = Notice(alert=state.incident, status="resolved")
        return Decision(state=nxt, actions=(over,), reason="the watchdog alert beats again")
    return Decision(state=nxt, reason="duplicate beat" if duplicate else "beat")


def _gone(state: State) -> Decision:
    if state.incident:
        return Decision(state=state, reason=f"{state.incident} is already paged")
    return Decision(
        state=replace(state, armed=True, incident="WatchdogResolved"),
        actions=(Notice(alert="WatchdogResolved", status="firing"),),
        reason="Prometheus is dead or does not evaluate: the watchdog alert resolved",
    )


def _tick(state: State, now: float, limits: Limits) -> Decision:
    if now - state.last_tick > BLIND_S:
        pause = now - state.last_tick
        state = replace(state, last_tick=now, hearing_since=now)
        return Decision(
            state=state,
            reason=f"stood still for {pause:.0f} s: silence counts from now",
        )
    state = replace(state, last_tick=now)
    if state.incident:
        return Decision(state=state, reason=f"{state.incident} is already paged")
    heard = max(state.hearing_since, state.last_beat or state.hearing_since)
    wait = limits.silence if state.armed else limits.arm
    if now - heard < wait:
        return Decision(state=state, reason="within the silence allowed")
    what = "no beat" if state.armed else "no first beat"
    return Decision(
        state=replace(state, incident="WatchdogSilent"),
        actions=(Notice(alert="WatchdogSilent", status="firing"),),
        reason=f"Alertmanager, the path or both are dead: {what} for {now - heard:.0f} s",
    )
