from collections.abc import Callable

import pytest
from timelines import START, step

from seatrial.app.plan import Plan
from seatrial.capabilities.synthetics.judges import FAILED, PATIENCE, SUCCEEDED, ripe, seen
from seatrial.contract.scenario import Expectation, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.system.problem import Problem

JUDGE = seen(frozenset({"buy"}), frozenset({("JourneyFailing", "buy")}))


def run(metric: str, ended: float, *, journey: str = "buy", told: float = 0.0) -> Observation:
    return Observation(
        at=told or ended + 3,
        source="prometheus",
        kind="sample",
        subject="runs",
        value=ended,
        labels={"__name__": metric, "journey": journey},
    )


def alert(at: float, name: str = "JourneyFailing", service: str = "buy") -> Observation:
    return Observation(
        at=at,
        source="prometheus",
        kind="alert",
        subject=name,
        text="firing",
        labels={"service": service},
    )


def state(*found: Observation, over: bool = False) -> tuple[State, str]:
    judged = JUDGE(Timeline().adding((step("inject", START), *found)), START + 99, over)
    return judged.state, judged.reason


def test_a_failed_run_is_seen_before_the_page() -> None:
    timeline = Timeline().adding(
        (step("inject", START), run(FAILED, START + 5.5), alert(START + 20))
    )
    judged = JUDGE(timeline, START + 30, False)  # noqa: FBT003 - Judge's protocol
    assert judged.state is State.MET
    assert [(each.name, each.value) for each in judged.figures] == [
        ("fault to failed run", 5.5),
        ("ahead of the page", 14.5),
    ]


def test_a_page_that_comes_first_is_no_proof() -> None:
    assert state(alert(START + 20))[0] is State.BROKEN
    found = state(alert(START + 20), run(FAILED, START + 22, told=START + 24))
    assert found == (State.BROKEN, "JourneyFailing fired 2.0 s before a run of buy failed")


def test_other_alerts_and_older_failures_say_nothing() -> None:
    old = run(FAILED, START - 1), run(FAILED, START + 4, journey="look")
    assert state(*old, alert(START + 20, "ServiceDown", "api"))[0] is State.PENDING


def test_what_nobody_felt_needs_runs_that_went_well() -> None:
    assert state(run(SUCCEEDED, START + 5), over=True) == (
        State.MET,
        "nobody felt it: runs went well under the fault",
    )
    # a prober that hangs: its last word is from before the fault
    assert state(run(SUCCEEDED, START - 1), over=True)[0] is State.BROKEN
    assert state(over=True)[0] is State.BLIND


def test_what_is_told_after_the_repair_was_not_seen_under_the_fault() -> None:
    woken = step("undo", START + 6), run(FAILED, START + 5.9, told=START + 6.5)
    assert state(*woken, over=True)[0] is State.BROKEN


def test_the_fault_lasts_until_a_run_failed_or_patience_ends() -> None:
    enough = ripe(frozenset({"buy"}))
    begun = Timeline().adding((step("inject", START), run(SUCCEEDED, START - 1, told=START + 1)))
    assert not enough(Timeline())
    assert not enough(begun)
    assert enough(begun.adding((run(FAILED, START + 5),)))
    late = run(SUCCEEDED, START + 2, told=START + PATIENCE)
    assert enough(begun.adding((late,)))


def looked_at(planned: Plan) -> list[Expectation]:
    found = planned.expectations(planned.scenarios())
    return [each for each in found if each.name.startswith("seen/")]


def test_each_death_on_a_journeys_way_is_looked_at(
    planned: Callable[[str], Plan], shop: str
) -> None:
    found = looked_at(planned(shop))
    assert [each.name for each in found] == [
        "seen/service-down-gateway",
        "seen/service-down-api",
        "seen/store-down-database",
    ]
    one = next(each for each in found if each.name == "seen/service-down-api")
    assert {"services.api", "journeys.buy"} <= set(one.depends)


def test_what_is_not_promised_is_not_looked_at(planned: Callable[[str], Plan], shop: str) -> None:
    assert looked_at(planned(shop + "promises: [R01, R03]\n")) == []


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ("from: 2026-12-01T22:00:00Z, until: 2026-12-01T21:00:00Z, reason: x", "before it begins"),
        ("from: 2026-12-01 22:00, until: 2026-12-01T21:00:00Z, reason: x", "without a zone"),
        ("from: 2026-12-01T22:00:00Z, reason: x", "field required"),
    ],
)
def test_maintenance_that_cannot_be(
    problems: Callable[[str], tuple[Problem, ...]], shop: str, window: str, wrong: str
) -> None:
    found = problems(f"{shop}synthetics: {{maintenance: {{upgrade: {{{window}}}}}}}\n")
    assert len(found) == 1
    assert wrong in found[0].summary


def test_maintenance_of_an_unknown_journey(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    window = "from: 2026-12-01T22:00:00Z, until: 2026-12-01T23:00:00Z, reason: x, journeys: [bay]"
    (found,) = problems(f"{shop}synthetics: {{maintenance: {{upgrade: {{{window}}}}}}}\n")
    assert found.code == "ST6101"
    assert "buy" in found.cure
