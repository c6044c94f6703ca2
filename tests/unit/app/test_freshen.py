"""What begins anew before a batch of drills: all of it stopped before any of it begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seatrial.app.freshen import freshen
from seatrial.app.plan import Plan
from seatrial.contract.action import Action, Halt
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Desired, Executed, Injected, RuntimeFailure
from seatrial.runtimes.memory import MemoryRuntime

Planner = Callable[..., Plan]


class Noting(MemoryRuntime):
    """Notes what was asked of it, in order; `status` is that of every command."""

    def __init__(self, workloads: tuple[Workload, ...], *, status: int = 0) -> None:
        super().__init__(clock=lambda: 0.0)
        self.done: list[tuple[str, str]] = []
        self._status = status
        self.apply(
            Desired(system="shop", root="", workloads=workloads, placement=self.place((), ())),
            lambda _: None,
        )

    def inject(self, action: Action) -> Injected:
        assert isinstance(action, Halt)
        self.done.append(("stopped", action.workload))
        return super().inject(action)

    def undo(self, injected: str) -> None:
        workload = getattr(self._faults.get(injected), "workload", "")
        if workload:
            self.done.append(("begun", workload))
        super().undo(injected)

    def empty(self, workload: str, volume: str, keep_as: str) -> None:
        assert volume
        assert keep_as == f"label-{workload}-{volume}"
        assert any(getattr(each, "workload", "") == workload for each in self.injected())
        self.done.append(("emptied", workload))

    def execute(
        self, workload: str, argv: tuple[str, ...], *, stdin: str = "", replica: int = 0
    ) -> Executed:
        del workload, argv, stdin, replica
        return Executed(status=self._status, stdout="", stderr="no space left")


def names(runtime: Noting, done: str) -> set[str]:
    return {workload for what, workload in runtime.done if what == done}


def anew(made: Plan, runtime: Any) -> str:
    return freshen(made, runtime, label="label", clock=lambda: 1e9)


def test_all_are_stopped_before_one_begins(planned: Planner) -> None:
    made = planned()
    runtime = Noting(made.workloads)
    assert "days of healthy history" in anew(made, runtime)
    stopped = names(runtime, "stopped")
    assert {"prometheus", "alertmanager", "jaeger", "prober"} <= stopped
    assert names(runtime, "begun") == stopped
    assert names(runtime, "emptied") == stopped - {"prober"}  # it keeps nothing on disk
    order = [what for what, _ in runtime.done]
    assert set(order[: len(stopped)]) == {"stopped"}


def test_what_fails_halfway_leaves_nothing_stopped(planned: Planner) -> None:
    made = planned()
    runtime = Noting(made.workloads, status=1)
    with pytest.raises(RuntimeFailure, match="promtool failed while prometheus was made fresh"):
        anew(made, runtime)
    assert runtime.injected() == ()
    assert names(runtime, "begun") == names(runtime, "stopped")
