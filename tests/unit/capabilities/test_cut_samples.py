"""After a cut every sample of its time must be at the centre, once, and none before the repair."""

from __future__ import annotations

from collections.abc import Iterable

from timelines import START, step, timeline

from seatrial.capabilities.metrics.federation.judges import (
    CENTRE,
    CENTRE_SERIES,
    OWN,
    OWN_SERIES,
    complete,
    held_back,
)
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation

HEALED = START + 40.0
EVERY = tuple(START - 10 + 5 * each for each in range(14))  # to the instant START + 55
OF_THE_CUT = tuple(each for each in EVERY if START <= each <= HEALED)


def look(at: float, who: str, stamps: Iterable[float], value: str = "1") -> Observation:
    added = {"cluster": "c", "prometheus_replica": "0"} if who == CENTRE else {}
    return Observation(
        at=at,
        source="prometheus",
        kind="sample",
        subject=who,
        text=" ".join(f"{each:.3f}={value}" for each in stamps if each <= at),
        labels={"__name__": "up", "job": "front", "region": "us", **added},
    )


DURING = look(START + 30, CENTRE, EVERY[:3])


def counted(at: float, who: str, **series: int) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=at,
            source="prometheus",
            kind="sample",
            subject=who,
            value=count,
            labels={"__name__": name},
        )
        for name, count in series.items()
    )


ALL = (
    *counted(HEALED + 5, OWN_SERIES, up=2, http_requests_total=9),
    *counted(HEALED + 12, CENTRE_SERIES, up=2, http_requests_total=9),
)


def judged(
    *seen: Observation, over: bool = True, series: tuple[Observation, ...] = ALL
) -> Judgement:
    return complete(timeline(*seen, *series, step("undo", HEALED)), START + 100, over)


def after(*stamps: float, value: str = "1", during: Observation = DURING) -> Judgement:
    own = look(HEALED + 10, OWN, EVERY)
    return judged(during, own, look(HEALED + 10, CENTRE, stamps, value))


def test_all_are_there() -> None:
    found = after(*EVERY)
    assert found.state is State.MET, found.reason
    figures = {each.name: each.value for each in found.figures}
    assert figures["samples of the cut"] == len(OF_THE_CUT)
    assert figures["missing at the centre"] == 0
    assert figures["healed to complete"] == 10


def test_a_metric_that_is_not_compared_sample_by_sample_must_be_there_too() -> None:
    seen = (DURING, look(HEALED + 10, OWN, EVERY), look(HEALED + 10, CENTRE, EVERY))
    dropped = (
        *counted(HEALED + 5, OWN_SERIES, up=2, http_requests_total=9),
        *counted(HEALED + 12, CENTRE_SERIES, up=2),
    )
    found = judged(*seen, series=dropped)
    assert found.state is State.BROKEN
    assert "of 11 series 9 are not at the centre, of http_requests_total first" in found.reason
    assert judged(*seen, series=dropped, over=False).state is State.PENDING
    # one that began since the region was asked may be under way
    late = (*ALL, *counted(HEALED + 14, OWN_SERIES, up=2, http_requests_total=10))
    assert judged(*seen, series=late).state is State.MET
    # and whom nobody could ask is unknown
    assert judged(*seen, series=ALL[:2]).state is State.BLIND
    assert judged(*seen, series=()).state is State.BLIND


def test_one_that_is_missing_is_waited_for_and_then_lost() -> None:
    kept = [each for each in EVERY if each != OF_THE_CUT[2]]
    found = after(*kept)
    assert (found.state, "1 of" in found.reason) == (State.BROKEN, True)
    seen = (DURING, look(HEALED + 10, OWN, EVERY), look(HEALED + 10, CENTRE, kept))
    assert judged(*seen, over=False).state is State.PENDING


def test_one_that_this_server_never_scraped_is_somebody_elses() -> None:
    found = after(*EVERY, OF_THE_CUT[2] + 2.5)
    assert found.state is State.BROKEN
    assert "under its labels" in found.reason


def test_another_value_is_another_sample() -> None:
    assert after(*EVERY, value="0").state is State.BROKEN


def test_what_lies_outside_the_cut_is_not_asked_for() -> None:
    assert after(*OF_THE_CUT).state is State.MET


def test_a_cut_that_held_nothing_back_proves_nothing() -> None:
    leaking = look(START + 30, CENTRE, EVERY)
    assert after(*EVERY, during=leaking).state is State.BLIND
    assert not held_back(timeline(leaking))
    assert held_back(timeline(DURING))


def test_whom_nobody_could_ask_is_unknown() -> None:
    centre = look(HEALED + 10, CENTRE, EVERY)
    assert judged(DURING, centre).state is State.BLIND
    assert judged(DURING, centre, over=False).state is State.PENDING


def test_before_the_repair_nothing_is_said() -> None:
    found = complete(timeline(DURING), START + 30, False)  # noqa: FBT003 - a judge's own words
    assert found.state is State.PENDING
