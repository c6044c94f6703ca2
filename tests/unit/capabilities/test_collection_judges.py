"""Judgements of what is collected: coverage, explosions."""

from __future__ import annotations

from timelines import START, blind, timeline

from seatrial.capabilities.metrics import judges
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline


def sample(subject: str, value: float, at: float = START, **labels: str) -> Observation:
    return Observation(
        at=at, source="prometheus", kind="sample", subject=subject, value=value, labels=labels
    )


def test_coverage_wants_a_good_sample_of_everything() -> None:
    expected = (
        judges.up("api", "up", {"service": "api"}),
        judges.fresh("runs", "runs_total", {"service": "worker"}),
    )
    judge = judges.coverage(expected, well="all is measured")

    def state(*seen: Observation, over: bool = True) -> State:
        return judge(Timeline().adding(seen), START, over).state

    good = (sample("up", 1, service="api"), sample("runs_total", 3, service="worker"))
    assert state(*good, over=False) is State.MET
    assert state(good[0], over=False) is State.PENDING
    assert state(good[0]) is State.BROKEN
    assert state(sample("up", 0, service="api"), good[1]) is State.BROKEN
    assert state(good[0], sample("runs_total", 61, service="worker")) is State.BROKEN
    # the newest poll decides: what was up and is gone is not measured
    assert state(*good, sample("up", 1, START + 2, service="other")) is State.BROKEN
    assert state() is State.BROKEN
    assert state(blind(START)) is State.BLIND


def test_each_region_is_asked_by_itself_and_its_own_newest_poll_decides() -> None:
    expected = tuple(
        judges.up(each, "up", {"service": "api", "region": each}) for each in ("eu", "us")
    )
    judge = judges.coverage(expected, well="all is measured")

    def state(*seen: Observation) -> State:
        return judge(Timeline().adding(seen), START, True).state  # noqa: FBT003

    here = sample("up", 1, service="api", region="eu")
    there = sample("up", 1, START + 1, service="api", region="us")
    assert state(here, there) is State.MET
    assert state(here) is State.BROKEN
    assert state(here, there, sample("up", 0, START + 2, service="api", region="eu")) is (
        State.BROKEN
    )


def test_coverage_of_nothing_is_not_met_by_nothing() -> None:
    judgement = judges.coverage((), well="all of nothing")(Timeline(), START, True)  # noqa: FBT003
    assert judgement.state is not State.MET


def test_an_explosion_is_caught_when_it_is_both_alerted_and_named() -> None:
    judge = judges.exploded("bad_total", "host", 60.0)
    named = sample("biggest", 9000, __name__="bad_total")

    def caught(
        at: float, service: str = "host", state: str = "firing", active: float = START + 20
    ) -> Observation:
        return Observation(
            at=at,
            value=active,
            source="prometheus",
            kind="alert",
            subject="SeriesExplosion",
            text=state,
            labels={"service": service},
        )

    assert judge(timeline(caught(START + 30), named), START, False).state is State.MET  # noqa: FBT003
    assert judge(timeline(caught(START + 61), named), START, False).state is State.BROKEN  # noqa: FBT003
    for seen in (
        (named,),
        (caught(START + 30),),
        (caught(START - 1, active=START - 20), named),
        (caught(START + 1, active=START - 60), named),  # it fired before anything was injected
        (caught(START + 30, "api"), named),
        (caught(START + 30, state="pending"), named),
        (caught(START + 30), sample("biggest", 1, __name__="good_total")),
    ):
        assert judge(timeline(*seen), START, False).state is State.PENDING  # noqa: FBT003
        assert judge(timeline(*seen), START, True).state is State.BROKEN  # noqa: FBT003
