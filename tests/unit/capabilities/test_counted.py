"""What an SLA counts, held against when the fault was there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from seatrial.capabilities.synthetics import counted
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

START, END, LAST = 100.0, 130.0, 142.0
JUDGE, RIPE = counted.counted({"buy": ""}, None)


def step(at: float, name: str) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def told(runs: dict[float, tuple[int, int]]) -> list[Observation]:
    """Raw samples: by instant how many runs had gone well, and how many had not."""
    lines = [
        {
            "metric": {"__name__": "journey_requests_total", "journey": "buy", "outcome": outcome},
            "values": [[at, str(both[place])] for at, both in runs.items()],
        }
        for place, outcome in enumerate(("ok", "failed"))
    ]
    body = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": lines}})
    return list(counted.watch("buy", "x").parse(LAST, body.encode()))


def every(seconds: int, *, down: tuple[float, float] | None) -> dict[float, tuple[int, int]]:
    """One run in each scrape, and whether it went well."""
    found, good, bad = {}, 0, 0
    for at in range(80, 151, seconds):
        broken = down is not None and down[0] < at <= down[1]
        good, bad = good + (not broken), bad + broken
        found[float(at)] = (good, bad)
    return found


def state(*seen: Observation, over: bool = False) -> tuple[State, str]:
    timeline = Timeline().adding((step(START, "inject"), step(END, "undo"), *seen))
    found = JUDGE(timeline, 150.0, over)
    return found.state, found.reason


def test_an_outage_is_counted_for_as_long_as_it_was() -> None:
    found = state(*told(every(5, down=(100, 130))))
    assert found == (State.MET, "by the SLA buy was down for 30.0 s")


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        (every(5, down=(100, 110)), "of 30.0 s buy is counted as down for 10.0 s"),
        (every(5, down=(85, 130)), "buy is counted as down for 10.0 s before the fault"),
        # nobody told anything under the fault: that is blind, and no outage
        (
            {at: both for at, both in every(5, down=None).items() if at <= START},
            "of 30.0 s buy is counted as down for 0.0 s",
        ),
    ],
)
def test_what_is_counted_otherwise_is_wrong(
    runs: dict[float, tuple[int, int]], reason: str
) -> None:
    assert state(*told(runs)) == (State.BROKEN, reason)


def test_a_prober_that_has_just_begun_is_believed() -> None:
    late = {at: both for at, both in every(5, down=(100, 130)).items() if at >= START - 3}
    assert state(*told(late)) == (State.MET, "by the SLA buy was down for 30.0 s")


def test_the_scrape_in_which_it_began_counts_as_a_whole() -> None:
    told_ = {at - 1: both for at, both in every(5, down=(100, 130)).items()}
    assert state(*told(told_)) == (State.MET, "by the SLA buy was down for 29.0 s")


def test_what_nobody_felt_is_no_outage() -> None:
    found = state(*told(every(5, down=None)))
    assert found == (State.MET, "by the SLA nobody felt it in buy")


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        (
            {90.0: (1, 0), 95.0: (1, 0), 145.0: (1, 1)},
            "no run of buy ended in the 12 s before the fault",
        ),
        (
            {90.0: (1, 0), 95.0: (2, 0), 105.0: (2, 0), 110.0: (2, 0)},
            "no run of buy ended under the fault",
        ),
    ],
)
def test_of_a_journey_that_is_walked_rarely_nobody_knows(
    runs: dict[float, tuple[int, int]], reason: str
) -> None:
    found = state(*told(runs))
    assert (found[0], reason in found[1]) == (State.BLIND, True), found


def test_a_fault_that_is_over_at_once_shows_nothing() -> None:
    steps = (step(START, "inject"), step(START + 5, "undo"))
    timeline = Timeline().adding((*steps, *told(every(5, down=None))))
    assert JUDGE(timeline, 150.0, False).state is State.BLIND  # noqa: FBT003 - Judge


def test_what_is_still_to_come_is_waited_for() -> None:
    under = Timeline().adding((step(START, "inject"),))
    assert JUDGE(under, 120.0, False).state is State.PENDING  # noqa: FBT003 - Judge
    assert JUDGE(under, 120.0, True).state is State.BLIND  # noqa: FBT003 - Judge
    after = under.adding((step(END, "undo"), *told(every(5, down=(100, 130)))))
    assert JUDGE(after, LAST - 1, False).state is State.PENDING  # noqa: FBT003 - Judge
    assert state(over=True) == (State.BLIND, "Prometheus could not be asked")
    assert state(*told({})) == (State.BROKEN, "of 30.0 s buy is counted as down for 0.0 s")


def test_the_fault_lasts_until_some_of_it_is_beyond_doubt() -> None:
    def ripe(last: float, down: tuple[float, float] | None) -> bool:
        seen = [each for each in told(every(5, down=down)) if each.at <= last]
        return RIPE(Timeline().adding((step(START, "inject"), *seen, step(last, "x"))))

    assert not RIPE(Timeline())
    assert not ripe(START + counted.LASTS - 1, (100, 130))
    assert ripe(START + counted.LASTS, (100, 130))
    assert not ripe(START + counted.LASTS, None)
    assert ripe(START + 45, None)


def test_a_sample_that_is_told_twice_counts_once() -> None:
    samples = [each for each in told(every(5, down=(100, 130))) if each.kind == "sample"]
    assert len(Timeline().adding(samples).adding(samples).observations) == len(samples)


def test_of_several_journeys_what_is_wrong_is_said_before_what_nobody_knows() -> None:
    judge, _ = counted.counted({"sell": "", "buy": ""}, None)
    steps = (step(START, "inject"), step(END, "undo"))
    short = told(every(5, down=(100, 110)))
    rare = [
        replace(each, subject="sell", id="")
        for each in told({90.0: (1, 0), 95.0: (1, 0), 145.0: (1, 1)})
    ]
    found = judge(Timeline().adding((*steps, *short, *rare)), 150.0, False)  # noqa: FBT003 - Judge
    assert (found.state, "buy is counted" in found.reason) == (State.BROKEN, True), found
