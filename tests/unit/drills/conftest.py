"""A world for drills: a clock that jumps, a runtime in memory, and a sink that gets pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.action import Action
from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Placement
from seatrial.contract.runtime import Answer, Desired, Injected, RuntimeFailure
from seatrial.contract.scenario import Control, Expectation, Scenario
from seatrial.drills.run import Drill, run
from seatrial.drills.together import Points
from seatrial.runtimes.memory import Asked, MemoryRuntime

sys.path.insert(0, str(Path(__file__).parent))  # trials.py, beside the tests
BEGIN = 1_000_000.0
WORKLOADS = ("api", "database", "prometheus", "sink")


class Clock:
    """Time that passes only when somebody sleeps; what is planned happens on the way."""

    def __init__(self) -> None:
        self._now = BEGIN
        self._plans: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        due = [each for each in self._plans if each[0] <= self._now]
        self._plans = [each for each in self._plans if each[0] > self._now]
        for _, act in due:
            act()

    def at(self, moment: float, act: Callable[[], None]) -> None:
        self._plans.append((moment, act))


class Recording(MemoryRuntime):
    """A runtime in memory that keeps a diary, and tells the world of each action."""

    def __init__(self, clock: Clock, answer: Callable[[Asked], Answer]) -> None:
        super().__init__(clock=clock.now, answer=answer)
        self.diary: list[tuple[str, str]] = []
        self.told: list[Callable[[Action], None]] = []
        self.refuses: Callable[[Action], bool] = lambda _: False
        self.keeps: Callable[[Action], bool] = lambda _: False  # what cannot be undone
        workloads = tuple(
            Workload(name=name, origin=Origin.SERVICE, argv=(name,)) for name in WORKLOADS
        )
        desired = Desired(
            system="shop",
            root="",
            placement=Placement(runtime="memory", locations=()),
            workloads=workloads,
        )
        self.apply(desired, lambda _: None)

    def inject(self, action: Action) -> Injected:
        if self.refuses(action):
            raise RuntimeFailure("the proxy refuses")
        injected = super().inject(action)
        self.diary.append(("inject", type(action).__name__))
        for tell in self.told:
            tell(action)
        return injected

    def undo(self, injected: str) -> None:
        fault = self._faults.get(injected)
        if fault is not None and self.keeps(fault):
            raise RuntimeFailure("api was not ready within 30 s")
        name = type(fault).__name__ if fault is not None else "nothing"
        super().undo(injected)
        self.diary.append(("undo", name))


ALONE = Points()


@dataclass(kw_only=True)
class World:
    """What a test needs: the clock, the runtime, what the sink got, what Prometheus answers."""

    clock: Clock
    runtime: Recording = field(init=False)
    arrivals: list[dict[str, Any]] = field(default_factory=list)
    value: Callable[[], float] = lambda: 1.0
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runtime = Recording(self.clock, self.answer)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.workload == "sink":
            told = {"complete": True, "arrivals": self.arrivals}
            return Answer(status=200, body=json.dumps(told).encode())
        result = [{"metric": {}, "value": [self.clock.now(), str(self.value())]}]
        body = {"status": "success", "data": {"result": result}}
        return Answer(status=200, body=json.dumps(body).encode())

    def page(
        self,
        channel: str,
        *,
        alert: str = "ServiceDown",
        service: str = "api",
        status: str = "firing",
        receiver: str = "platform-page",
        faults: tuple[str, ...] = (),
    ) -> None:
        """A message arrives at the sink now."""
        self.arrivals.append(
            {
                "id": len(self.arrivals) + 1,
                "at": self.clock.now(),
                "alertname": alert,
                "status": status,
                "channel": channel,
                "receiver": receiver,
                "labels": {"service": service, "severity": "page"},
                "summary": f"{service} is down",
                "valid": not faults,
                "faults": list(faults),
            }
        )

    def pages(self, after: float, **what: Any) -> None:
        """A page on every channel, that many seconds from now."""

        def arrive() -> None:
            for channel in ("pagerduty", "slack", "email"):
                self.page(channel, **what)

        self.clock.at(self.clock.now() + after, arrive)

    def pages_after_fault(self, after: float, **what: Any) -> None:
        """A page on every channel, that many seconds after the first injection."""
        self.runtime.told.append(lambda _: self.pages(after, **what))

    def drill(
        self,
        scenario: Scenario,
        *expectations: Expectation,
        control: Control | None = None,
        beside: tuple[Mapping[str, str], ...] = (),
        points: Points = ALONE,
    ) -> Drill:
        return run(
            scenario,
            expectations,
            self.runtime,
            clock=self.clock.now,
            sleep=self.clock.sleep,
            control=control,
            beside=beside,
            points=points,
        )


@pytest.fixture
def world() -> World:
    return World(clock=Clock())
