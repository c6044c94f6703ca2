"""What a kill of Prometheus must leave: every sample of every series, and a gap: the outage."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from timelines import START, step, timeline

from seatrial.app.plan import Plan
from seatrial.capabilities.metrics.persistence import persistence
from seatrial.contract.action import EmptyVolume
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation

CAUSE = "Crash prometheus"
JUDGE = persistence(5.0, cause=CAUSE, span=600.0)
KILLED, BACK, LOOKED = START + 10, START + 20, START + 40
BEFORE = tuple(START - 5 * each for each in range(6))
NEW = (START + 5, START + 22)  # one between the look and the kill, one after the return
History = Mapping[float, str]


def samples(*stamps: float, value: str = "1") -> History:
    return dict.fromkeys(stamps, value)


def look(at: float, **series: History) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=at,
            source="samples",
            kind="sample",
            subject="samples",
            text=" ".join(f"{stamp:.3f}={value}" for stamp, value in history.items()),
            labels={"__name__": "up", "job": job},
        )
        for job, history in series.items()
    )


def judged(
    before: Mapping[str, History],
    after: Mapping[str, History],
    *,
    over: bool = True,
    span: float = 600.0,
) -> Judgement:
    """A look, the kill 8 s later, the return 10 s after that, and another look."""
    seen = (
        *look(START + 2, **before),
        step("inject", KILLED, CAUSE),
        step("recovered", BACK),
        *look(LOOKED, **after),
    )
    judge = persistence(5.0, cause=CAUSE, span=span)
    return judge(timeline(*seen), START + 50, over)


def one(*after: float, over: bool = True) -> State:
    """The state for a single series."""
    return judged({"api": samples(*BEFORE)}, {"api": samples(*after)}, over=over).state


def test_every_sample_that_was_there_is_wanted() -> None:
    assert JUDGE(timeline(), START, False).state is State.PENDING  # noqa: FBT003
    assert one(*BEFORE, *NEW) is State.MET
    assert one(*BEFORE, START + 26) is State.BROKEN  # the gap is longer than the outage
    # an interval before, and after it the discovery and another one
    assert one(*BEFORE, START + 5, START + 30) is State.MET
    assert one(*BEFORE, START + 5, START + 31) is State.BROKEN
    assert one(BEFORE[0], *NEW) is State.BROKEN  # one of six survived
    assert one(*BEFORE[1:], *NEW) is State.BROKEN
    assert one(START + 22) is State.BROKEN  # the past is gone
    assert one(*BEFORE) is State.BROKEN
    assert one(*BEFORE, over=False) is State.PENDING


def test_one_sample_of_one_of_many_series_is_missed() -> None:
    names = [f"job{number}" for number in range(20)]
    before = dict.fromkeys(names, samples(*BEFORE))
    after = dict.fromkeys(names, samples(*BEFORE, *NEW))
    whole = judged(before, after)
    assert whole.state is State.MET
    assert {each.name: each.value for each in whole.figures} == {
        "outage of Prometheus": 10,
        "gap in the samples": 17,
        "series compared": 20,
        "samples kept from before": 120,
    }
    assert "all 120 samples of 20 series survived unchanged" in whole.reason
    lacking = judged(before, {**after, "job7": samples(*BEFORE[:2], *BEFORE[3:], *NEW)})
    assert lacking.state is State.BROKEN
    assert "1 of 120 samples" in lacking.reason
    assert 'up{job="job7"}' in lacking.reason
    gone = judged(before, {name: each for name, each in after.items() if name != "job7"})
    assert gone.state is State.BROKEN
    assert "6 of 120 samples" in gone.reason
    assert [(e.value, e.target, e.holds) for e in gone.figures if e.target] == [(114, 120, False)]


@pytest.mark.parametrize(("value", "state"), [("1", State.MET), ("0", State.BROKEN)])
def test_a_sample_with_another_value_is_lost(value: str, state: State) -> None:
    after = {**samples(*BEFORE, *NEW), BEFORE[3]: value}
    assert judged({"api": samples(*BEFORE)}, {"api": after}).state is state


def test_no_number_is_a_value_like_any_other() -> None:
    after = {**samples(*BEFORE, value="NaN"), **samples(*NEW)}
    assert judged({"api": samples(*BEFORE, value="NaN")}, {"api": after}).state is State.MET


def test_every_series_that_lived_is_written_to_again() -> None:
    both = {"api": samples(*BEFORE), "db": samples(*BEFORE)}
    after = {"api": samples(*BEFORE, *NEW), "db": samples(*BEFORE, START + 5)}
    assert judged(both, after, over=False).state is State.PENDING
    ended = judged(both, after)
    assert ended.state is State.BROKEN
    assert ended.reason == 'not written to since the kill: up{job="db"}'
    # what had ended before the kill is to be kept, and nothing more
    old = samples(*(START - 100 - 5 * each for each in range(6)))
    both = {"api": samples(*BEFORE), "old": old}
    assert judged(both, {"api": samples(*BEFORE, *NEW), "old": old}).state is State.MET
    assert judged(both, {"api": samples(*BEFORE, *NEW)}).state is State.BROKEN


def test_the_gap_of_the_worst_series_counts_by_its_own_interval() -> None:
    slow = samples(START - 30, START - 15, START)
    both = {"api": samples(*BEFORE), "slow": slow}
    fast = samples(*BEFORE, *NEW)
    assert judged(both, {"api": fast, "slow": {**slow, START + 30: "1"}}).state is State.MET
    late = judged(
        {"api": samples(*BEFORE), "quick": samples(*BEFORE)},
        {"api": fast, "quick": samples(*BEFORE, START + 30)},
    )
    assert late.state is State.BROKEN
    assert 'of up{job="quick"} exceeds the outage' in late.reason


def test_a_gap_that_is_shorter_than_the_outage_is_no_outage() -> None:
    """Prometheus was away for 60 s, and its samples say that it was not."""
    seen = (
        *look(START + 2, api=samples(*BEFORE)),
        step("inject", KILLED, CAUSE),
        step("recovered", KILLED + 60),
        *look(KILLED + 70, api=samples(*BEFORE, START + 9, START + 14, KILLED + 61)),
    )
    judgement = JUDGE(timeline(*seen), KILLED + 80, True)  # noqa: FBT003
    assert judgement.state is State.BROKEN
    assert "is shorter than the outage of 60.0 s" in judgement.reason


def test_who_saw_nothing_before_the_kill_compares_nothing() -> None:
    assert judged({}, {"api": samples(START, *NEW)}).state is State.BLIND


def test_what_a_later_answer_no_longer_reaches_is_not_asked_for() -> None:
    before = {"api": samples(START - 40, START - 5, START)}
    reached = {"api": samples(START - 5, START, *NEW)}
    assert judged(before, reached, span=60.0).state is State.MET
    nearer = {"api": samples(START, *NEW)}
    assert judged(before, nearer, span=60.0).state is State.BROKEN


def test_all_targets_and_business_metrics_are_compared_and_the_control_loses_them(
    reference: Plan,
) -> None:
    (found,) = [
        each
        for each in reference.expectations(reference.scenarios())
        if each.name == "persistence/prometheus"
    ]
    (watch,) = found.watches
    declared = reference.system.metrics
    assert declared
    assert "up%7C" in watch.path
    assert all(name in watch.path for name in declared)
    assert found.control is not None
    assert found.control.actions == (EmptyVolume(workload="prometheus", volume="data"),)
