"""The boards in a Grafana of the system's own: run where one can be had, else unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.dashboards.judges import THROUGH, standing
from seatrial.contract.scenario import Expectation, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.grafana import query

ASKED = "dashboards: {grafana: true}\n"
WANTED = {"a": '{"panels": [], "title": "A", "uid": "a"}'}


def expected(plan: Plan) -> Expectation | None:
    every = plan.expectations(plan.scenarios())
    return next((each for each in every if each.name == "boards/grafana"), None)


def test_who_asks_for_none_has_none(planned: Callable[..., Plan], shop: str) -> None:
    plan = planned(shop)
    assert expected(plan) is None
    assert "grafana" not in {each.name for each in plan.workloads}
    assert not plan.placement.has("grafana")


def test_who_asks_has_one_with_every_board(planned: Callable[..., Plan], shop: str) -> None:
    plan = planned(shop + ASKED)
    (own,) = (each for each in plan.workloads if each.name == "grafana")
    files = {each.path: each.text for each in own.files}
    kept = {each.path: each.text for each in plan.documents}
    for board in plan.declarations.boards:
        path = f"provisioning/dashboards/seatrial/{board.uid}.json"
        assert files[path] == kept[f"grafana/{path}"]
    found = expected(plan)
    assert found is not None
    assert {each.workload for each in found.watches} == {"grafana"}
    assert len(found.watches) == len(plan.declarations.boards) + 1
    (action,) = found.control.actions
    assert files[action.path] != action.text  # type: ignore[union-attr]


def test_where_none_can_be_had_that_is_unknown_with_its_cure(
    planned: Callable[..., Plan], shop: str
) -> None:
    plan = planned(shop + ASKED)
    lacking = {name: replace(each, versions={"prometheus": "3.5"}) for name, each in
               plan.contexts.items()}  # fmt: skip
    from seatrial.capabilities.dashboards import CAPABILITY  # noqa: PLC0415 - only here

    context = lacking["dashboards"]
    assert not CAPABILITY.render(context).workloads
    found = CAPABILITY.expectations(context, plan.scenarios())
    (one,) = (each for each in found if each.name == "boards/grafana")
    judged = one.judge(Timeline(), 0.0, True)  # noqa: FBT003 - Judge
    assert judged.state is State.BLIND
    assert "seatrial engines install grafana" in judged.reason
    assert not one.watches
    assert not one.control.actions


def board(text: str = WANTED["a"], folder: str = "shop", provisioned: str = "true") -> Observation:
    labels = {"folder": folder, "provisioned": provisioned}
    return Observation(at=1.0, source="g", kind=query.READ, subject="a", text=text, labels=labels)


FIGURE = Observation(at=1.0, source="p", kind="sample", subject=THROUGH, value=1.0)
AWAY = Observation(at=1.0, source="g", kind="unreachable", subject="grafana")


def judged(*seen: Observation) -> tuple[State, str]:
    found = standing("shop", WANTED)(Timeline().adding(seen), 2.0, True)  # noqa: FBT003 - Judge
    return found.state, found.reason


def test_boards_that_came_back_as_written_are_met() -> None:
    assert judged(board(), FIGURE) == (
        State.MET,
        "1 boards stand in Grafana as they were written",
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ((board(json.dumps({**json.loads(WANTED["a"]), "title": "B"})), FIGURE), "title"),
        ((board(folder=""), FIGURE), "in the folder General"),
        ((board(provisioned="false"), FIGURE), "not kept by its file"),
        ((board(),), "its data source gives no figures"),
        ((FIGURE,), "a is not there"),
        ((FIGURE, AWAY), "a is not there"),
    ],
)
def test_what_is_otherwise_is_broken_and_named(seen: tuple[Observation, ...], said: str) -> None:
    state, reason = judged(*seen)
    assert state is State.BROKEN
    assert said in reason


def test_a_grafana_that_nobody_reached_says_nothing() -> None:
    assert judged(AWAY)[0] is State.BLIND
