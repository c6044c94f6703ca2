"""Feeds beats and the clock to `decide`, and pages as it says."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge

from seatrial.daemons.shared.journal import Journal
from seatrial.daemons.shared.log import Log
from seatrial.daemons.watchdog.decide import Alert, Event, Limits, Notice, State, decide
from seatrial.daemons.watchdog.memory import Memory
from seatrial.daemons.watchdog.messages import Page
from seatrial.daemons.watchdog.outbox import Outbox

TICK_S = 0.5
GAPS_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """`wall` gives epoch seconds, `steady` monotonic seconds; `sleep` waits."""

    wall: Callable[[], float]
    steady: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Guard:
    """Holds the state between events; `system` and `team` are written on every page."""

    def __init__(
        self,
        *,
        system: str,
        team: str,
        limits: Limits,
        memory: Memory,
        outbox: Outbox,
        journal: Journal,
        log: Log,
        clocks: Clocks,
        registry: CollectorRegistry,
    ) -> None:
        now = clocks.steady()
        self._system, self._team, self._limits = system, team, limits
        self._outbox, self._journal, self._log, self._clocks = outbox, journal, log, clocks
        self._open = memory.open_page
        self._gaps: deque[float] = deque(maxlen=GAPS_KEPT)
        self._state = State(
            hearing_since=now,
            last_tick=now,
            armed=memory.armed,
            incident=_alert(memory.open_page),
        )
        self._journalled_arming = memory.armed
        self._beats = Counter("watchdog_beats", "Beats, duplicates apart.", registry=registry)
        last = Gauge(
            "watchdog_last_beat_timestamp_seconds",
            "Epoch time of the last beat, 0 before the first.",
            registry=registry,
        )
        last.set_function(lambda: self._last_beat() or 0.0)
        paging = Gauge("watchdog_paging", "1 while an incident is open.", registry=registry)
        paging.set_function(lambda: 1.0 if self._state.incident else 0.0)

    def take(self, event: Event) -> str:
        """Take one event; returns the decision's reason."""
        now, before = self._clocks.steady(), self._state
        decision = decide(before, event, now, self._limits)
        self._state = decision.state
        if decision.state.beats > before.beats:
            self._beats.inc()
            if before.last_beat is not None:
                self._gaps.append(round(now - before.last_beat, 3))
        if decision.state.armed and not self._journalled_arming:
            self._journalled_arming = True
            self._remember_arming()
        for notice in decision.actions:
            self._send(notice, decision.reason)
        return decision.reason

    async def run(self) -> None:
        """Let time pass until cancelled."""
        while True:
            await self._clocks.sleep(TICK_S)
            self.take("tick")

    def status(self) -> dict[str, Any]:
        """Give {state, incident, last_beat (epoch s), beats, gaps (s between the last beats)}."""
        return {
            "state": self._state.mode,
            "incident": self._state.incident,
            "last_beat": self._last_beat(),
            "beats": self._state.beats,
            "gaps": list(self._gaps),
        }

    def _last_beat(self) -> float | None:
        if self._state.last_beat is None:
            return None
        return self._clocks.wall() - (self._clocks.steady() - self._state.last_beat)

    def _send(self, notice: Notice, reason: str) -> None:
        at = self._clocks.wall()
        if notice.status == "resolved" and self._open is not None:
            incident = self._open.incident
        else:
            incident = f"watchdog-{self._system}-{int(at * 1000)}"
        page = Page(
            id=f"{incident}-{notice.status}",
            incident=incident,
            at=at,
            alert=notice.alert,
            status=notice.status,
            system=self._system,
            team=self._team,
            reason=reason,
        )
        self._open = page if notice.status == "firing" else None
        self._log.info("page", id=page.id, alert=page.alert, status=page.status, reason=reason)
        self._outbox.put(page)

    def _remember_arming(self) -> None:
        try:
            self._journal.append({"armed": True, "at": self._clocks.wall()})
        except OSError as error:
            self._log.fault("journal", fault=f"{self._journal.path}: {error.strerror}")


def _alert(page: Page | None) -> Alert | None:
    if page is None:
        return None
    return "WatchdogResolved" if page.alert == "WatchdogResolved" else "WatchdogSilent"
