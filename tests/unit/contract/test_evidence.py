from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seatrial.contract.evidence import (
    CANNOT_FAIL,
    ControlResult,
    Environment,
    Evidence,
    Verdict,
    carried,
    judged,
    with_control,
)
from seatrial.contract.scenario import Figure

RED = ControlResult(defect="the route leads elsewhere", red=True, reason="no page came", at=50.0)
GREEN = replace(RED, red=False, reason="the page came")
UNSEEN = replace(RED, red=None, reason="no steady state")


def _evidence(**changed: Any) -> Evidence:
    return replace(
        Evidence(
            id="e1",
            expectation="page/service-down-api",
            scenario="service-down-api",
            requirements=("R03.1",),
            summary="the page arrives",
            verdict=Verdict.PROVEN,
            reason="seen after 12 s",
            environment=Environment(name="rehearsal", runtime="local"),
            subjects={"file:services.api": "aa", "engine:prometheus": "bb"},
            started=0.0,
            finished=60.0,
            expires=3600.0,
            engines={"prometheus": "3.5.3"},
        ),
        **changed,
    )


def _figure(value: float, bound: str = "<=", target: float | None = 60.0) -> Figure:
    return Figure(name="fault to page", value=value, unit="s", target=target, bound=bound)


def test_a_control_is_kept_under_a_new_id_and_nothing_else_changes() -> None:
    before = _evidence()
    after = with_control(before, RED, id_="e2")
    assert (after.id, after.control) == ("e2", RED)
    assert replace(after, id="e1", control=None) == before
    assert before.control is None


def test_a_control_is_carried_to_a_later_drill_of_the_same() -> None:
    earlier = _evidence(control=RED)
    later = _evidence(id="e2", started=100.0, finished=160.0, expires=9999.0)
    assert carried(earlier, later) == replace(later, control=RED)


def test_a_control_that_stayed_green_is_carried_too() -> None:
    found = carried(_evidence(control=GREEN), _evidence(id="e2"))
    assert found.control == GREEN
    assert judged(found)[0] is Verdict.FAILED


@pytest.mark.parametrize(
    "changed",
    [
        {"expectation": "page/service-down-worker"},
        {"environment": Environment(name="production", runtime="local")},
        {"subjects": {"file:services.api": "other", "engine:prometheus": "bb"}},
        {"subjects": {"file:services.api": "aa"}},
        {"subjects": {"file:services.api": "aa", "engine:prometheus": "bb", "file:slos": "cc"}},
        {"engines": {"prometheus": "3.6.0"}},
        {"engines": {}},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_control_is_not_carried_where_what_it_rests_on_changed(changed: dict[str, Any]) -> None:
    later = _evidence(id="e2", **changed)
    assert carried(_evidence(control=RED), later) is later


def test_there_may_be_nothing_to_carry() -> None:
    later = _evidence(id="e2")
    assert carried(None, later) is later
    assert carried(_evidence(), later) is later


def test_a_control_of_its_own_is_newer_than_any_that_could_be_carried() -> None:
    later = _evidence(id="e2", control=GREEN)
    assert carried(_evidence(control=RED), later).control == GREEN


def test_the_order_of_what_it_rests_on_does_not_matter() -> None:
    turned = dict(reversed(list(_evidence().subjects.items())))
    assert carried(_evidence(control=RED), _evidence(subjects=turned)).control == RED


def test_a_proof_that_stays_green_with_its_defect_is_failed_whatever_it_says() -> None:
    for verdict in Verdict:
        found, reason = judged(_evidence(verdict=verdict, control=GREEN))
        assert found is Verdict.FAILED
        assert CANNOT_FAIL in reason
        assert GREEN.defect in reason


@pytest.mark.parametrize("control", [None, RED, UNSEEN])
def test_any_other_control_leaves_the_verdict(control: ControlResult | None) -> None:
    for verdict in Verdict:
        found = judged(_evidence(verdict=verdict, control=control))
        assert found == (verdict, "seen after 12 s")


def test_a_missed_target_turns_proven_into_failed_and_is_named() -> None:
    figures = (_figure(12), replace(_figure(61), name="page to clear"))
    verdict, reason = judged(_evidence(figures=figures))
    assert (verdict, reason) == (Verdict.FAILED, "target missed: page to clear")
    # what could not be determined is not made a failure by a figure
    assert judged(_evidence(verdict=Verdict.UNKNOWN, figures=figures))[0] is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [
        (60.0, "<=", True),
        (60.1, "<=", False),
        (60.0, "<", False),
        (59.9, "<", True),
        (60.0, ">=", True),
        (59.9, ">=", False),
        (60.0, "==", True),
        (60.1, "==", False),
        (float("nan"), "<=", False),  # a figure that could not be measured meets no target
        (float("nan"), ">=", False),
    ],
)
def test_a_figure_is_held_to_its_bound(value: float, bound: str, *, holds: bool) -> None:
    figure = _figure(value, bound)
    assert figure.holds is holds
    expected = Verdict.PROVEN if holds else Verdict.FAILED
    assert judged(_evidence(figures=(figure,)))[0] is expected


def test_a_figure_without_a_target_is_only_told() -> None:
    assert _figure(1e9, "", None).holds
