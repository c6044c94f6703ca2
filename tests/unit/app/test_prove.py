"""Which scenarios are chosen, and what is said when none is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app import prove
from seatrial.app.plan import Plan
from seatrial.app.prove import chosen, controlled, no_such_scenario
from seatrial.runtimes.memory import MemoryRuntime

Planner = Callable[..., Plan]


def test_a_name_chooses_all_that_begin_so(planned: Planner) -> None:
    made = planned()
    names = [each.name for each in chosen(made, quick=False, only=("service-down-w",))]
    assert names == ["service-down-worker"]


def test_what_is_not_quick_is_told_from_what_does_not_exist(planned: Planner) -> None:
    made = planned()
    only = ("service-hung-worker",)
    assert chosen(made, quick=False, only=only)
    assert chosen(made, quick=True, only=only) == ()
    told = str(no_such_scenario(made, quick=True, only=only))
    assert told == "service-hung-worker is not among the quick ones; leave --quick out"
    told = str(no_such_scenario(made, quick=True, only=("nonsense",)))
    assert told.startswith("no scenario begins with nonsense; there are ")
    told = str(no_such_scenario(made, quick=False, only=("service-dwon-worker",)))
    assert told.endswith('; did you mean "service-down-worker"?')


def test_defects_are_planted_by_scenario_or_one_by_one(planned: Planner) -> None:
    made = planned()
    scenarios = made.scenarios()
    names = [each.name for each in controlled(made, scenarios, ("service-down-worker",))]
    assert {"page/service-down-worker", "seen/service-down-worker"} <= set(names)
    one = controlled(made, scenarios, ("page/service-down-worker",))
    assert [each.name for each in one] == ["page/service-down-worker"]
    assert controlled(made, scenarios, ("nonsense",)) == ()
    assert len(controlled(made, scenarios)) == len(made.expectations(scenarios))


def test_only_what_reads_or_trips_alerts_waits_for_a_fresh_state(
    planned: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned()
    known = {each.name: each for each in made.scenarios()}
    freshened: list[str] = []
    monkeypatch.setattr(prove, "freshen", lambda *_, **__: "seeded")

    def prepared(name: str) -> str:
        def say(scenario: str, _step: str, _text: str) -> None:
            freshened.append(scenario)

        clock = prove.Clock(now=lambda: 0.0, sleep=lambda _: None)
        return prove._fresh(
            made, MemoryRuntime(clock=clock.now), (known[name],), 0, clock=clock, say=say
        )

    assert prepared("coverage") == prepared("log-lines") == ""
    assert prepared("service-down-worker") == "seeded"
    assert freshened == ["service-down-worker"]
