"""Quiet is a page that did not come, on a way that was seen to carry pages."""

from __future__ import annotations

import json

import pytest
from timelines import START, answered, blind, cut_off, everywhere, page, step, timeline

from seatrial.capabilities.alerting.calm import BEAT, beats, quiet
from seatrial.capabilities.alerting.judges import Wanted, delivered
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

CANARY = Wanted(
    labels={"alertname": "CanaryDrill", "service": "web-canary"},
    receiver="web-page",
    target=25.0,
    cause="POST /api/v2/alerts",
)
POSTED = step("inject", START + 32, "Request alertmanager POST /api/v2/alerts")
CAME = everywhere(START + 37, alert="CanaryDrill", service="web-canary")


def heard(*at: float, source: str = "watchdog") -> tuple[Observation, ...]:
    return tuple(
        Observation(at=START + each, source=source, kind="sample", subject=BEAT, value=1)
        for each in at
    )


ALIVE = (*heard(5, 20, 35), POSTED, *CAME)
QUIET = quiet((CANARY,), at_least=30)


def test_quiet_is_broken_by_any_page_and_by_nothing_else() -> None:
    assert QUIET(timeline(*ALIVE), START + 40, False).state is State.MET  # noqa: FBT003
    assert QUIET(timeline(*ALIVE), START + 40, True).state is State.MET  # noqa: FBT003
    assert QUIET(timeline(*heard(5)), START + 20, False).state is State.PENDING  # noqa: FBT003
    for harm in (page(START + 9), page(START + 9, alert="WatchdogSilent", service="alerting")):
        judgement = QUIET(timeline(*ALIVE, harm), START + 40, False)  # noqa: FBT003
        assert judgement.state is State.BROKEN
    for harmless in (
        page(START - 1),
        page(START + 9, severity="ticket"),
        page(START + 9, status="resolved"),
    ):
        judgement = QUIET(timeline(*ALIVE, harmless), START + 40, True)  # noqa: FBT003
        assert judgement.state is State.MET


def test_quiet_that_was_not_watched_is_unknown() -> None:
    assert QUIET(timeline(*ALIVE), START + 20, True).state is State.BLIND  # noqa: FBT003
    unseen = cut_off(*ALIVE, answered(START + 38), blind(START + 39))
    assert QUIET(unseen, START + 40, True).state is State.BLIND  # noqa: FBT003
    again = cut_off(*ALIVE, blind(START + 5), answered(START + 39))
    assert QUIET(again, START + 40, True).state is State.MET  # noqa: FBT003
    both = cut_off(blind(START + 5), page(START + 9))
    assert QUIET(both, START + 40, True).state is State.BROKEN  # noqa: FBT003


@pytest.mark.parametrize("seen", [(), (5,), (35, 39)])
def test_the_silence_of_a_dead_alerting_path_is_not_quiet(seen: tuple[float, ...]) -> None:
    judgement = QUIET(timeline(*heard(*seen), POSTED, *CAME), START + 40, True)  # noqa: FBT003
    assert judgement.state is State.BLIND
    assert "the watchdog heard no beat" in judgement.reason


def test_the_beats_of_prometheus_itself_are_not_heard_outside() -> None:
    own = heard(5, 20, 35, source="prometheus")
    assert QUIET(timeline(*own, POSTED, *CAME), START + 40, True).state is State.BLIND  # noqa: FBT003


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ((), "no canary was sent"),
        ((POSTED,), "a canary did not reach web-page by pagerduty, slack, email"),
        ((POSTED, *CAME[:2]), "by email"),
        (
            (POSTED, *everywhere(START + 37, alert="CanaryDrill", service="web-canary",
                                 receiver="unrouted")),
            "a canary did not reach web-page",
        ),
    ],
)  # fmt: skip
def test_the_silence_of_a_deaf_or_misled_way_is_not_quiet(
    seen: tuple[Observation, ...], reason: str
) -> None:
    found = timeline(*heard(5, 20, 35), *seen)
    judgement = QUIET(found, START + 40, True)  # noqa: FBT003
    assert judgement.state is State.BLIND
    assert reason in judgement.reason
    # and what says so itself turns red
    reached = delivered((CANARY,))(found, START + 60, True)  # noqa: FBT003
    assert reached.state in {State.BROKEN, State.PENDING}
    assert reached.state is State.BROKEN or not seen


def test_a_canary_counts_from_when_it_was_sent() -> None:
    judgement = delivered((CANARY,))(timeline(*ALIVE), START + 40, True)  # noqa: FBT003
    assert judgement.state is State.MET
    assert judgement.figures[-1].value == 5.0


def test_a_system_whose_pages_reach_nobody_is_not_quiet() -> None:
    assert quiet(())(timeline(*ALIVE), START + 40, True).state is not State.MET  # noqa: FBT003


def test_what_the_watchdog_heard_is_told_once() -> None:
    body = json.dumps({"state": "beating", "last_beat": 12.5, "beats": 3, "gaps": []}).encode()
    (seen,) = beats(99.0, body)
    assert (seen.at, seen.source, seen.subject) == (12.5, "watchdog", BEAT)
    assert len(Timeline().adding((*beats(99.0, body), *beats(101.0, body))).observations) == 1
    assert beats(99.0, json.dumps({"last_beat": None, "beats": 0}).encode()) == ()


def test_beats_that_nobody_asked_for_in_time_were_heard_all_the_same() -> None:
    told = {"state": "beating", "last_beat": START + 38, "beats": 5, "gaps": [9.0, 10.0, 9.0, 10.0]}
    seen = beats(START + 40, json.dumps(told).encode())
    assert [each.at - START for each in seen] == [38, 28, 19, 9, 0]
    assert QUIET(timeline(*seen, POSTED, *CAME), START + 40, True).state is State.MET  # noqa: FBT003
    # the same beats, told by an earlier answer, are not told twice
    told = {"state": "beating", "last_beat": START + 28, "beats": 4, "gaps": [9.0, 10.0, 9.0]}
    earlier = beats(START + 30, json.dumps(told).encode())
    assert len(Timeline().adding((*earlier, *seen)).observations) == 5
