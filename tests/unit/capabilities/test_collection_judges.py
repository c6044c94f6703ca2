"""Judgements of what is collected: coverage, persistence, explosions."""

from __future__ import annotations

from timelines import START, blind, step, timeline

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


def test_coverage_of_nothing_is_not_met_by_nothing() -> None:
    judgement = judges.coverage((), well="all of nothing")(Timeline(), START, True)  # noqa: FBT003
    assert judgement.state is not State.MET


def window(at: float, *stamps: float) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=at,
            source="prometheus",
            kind="sample",
            subject="samples",
            id=f"{each}/{at}",
            value=1.0,
            text=f"{each:.3f}",
        )
        for each in stamps
    )


def survived(before: tuple[float, ...], after: tuple[float, ...]) -> tuple[Observation, ...]:
    """A look, the kill 10 s later, the return 10 s after that, and another look."""
    killed = step("inject", START + 10, "Crash prometheus")
    seen = (*window(START + 2, *before), killed, step("recovered", START + 20))
    return (*seen, *window(START + 40, *after))


def test_persistence_wants_every_sample_that_was_there() -> None:
    judge = judges.persistence(5.0, cause="Crash prometheus", span=600.0)
    before = tuple(START - 5 * each for each in range(6))

    def state(*after: float, over: bool = True) -> State:
        return judge(timeline(*survived(before, after)), START + 50, over).state

    assert judge(timeline(), START, False).state is State.PENDING  # noqa: FBT003
    assert state(*before, START + 5, START + 22) is State.MET
    assert state(*before, START + 25) is State.BROKEN  # the gap is longer than the outage
    assert state(*before, START + 5, START + 25) is State.MET  # one interval before, one after
    assert state(before[0], START + 5, START + 22) is State.BROKEN  # one of six survived
    assert state(*before[1:], START + 5, START + 22) is State.BROKEN
    assert state(START + 22) is State.BROKEN  # the past is gone
    assert state(*before) is State.BROKEN
    assert state(*before, over=False) is State.PENDING


def test_persistence_that_saw_nothing_before_the_kill_compares_nothing() -> None:
    judge = judges.persistence(5.0, cause="Crash prometheus", span=600.0)
    seen = timeline(*survived((), (START, START + 5, START + 22)))
    assert judge(seen, START + 50, True).state is State.BLIND  # noqa: FBT003


def test_persistence_does_not_ask_for_what_a_later_answer_no_longer_reaches() -> None:
    judge = judges.persistence(5.0, cause="Crash prometheus", span=60.0)
    before = (START - 40, START - 5, START)
    seen = timeline(*survived(before, (START - 5, START, START + 5, START + 22)))
    assert judge(seen, START + 50, True).state is State.MET  # noqa: FBT003
    nearer = timeline(*survived(before, (START, START + 5, START + 22)))
    assert judge(nearer, START + 50, True).state is State.BROKEN  # noqa: FBT003


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
