"""Judgements of hand-made timelines: what is met, broken, pending, and what was not seen."""

from __future__ import annotations

import json

import pytest

from seatrial.capabilities.alerting import arrivals
from seatrial.capabilities.alerting.judges import (
    BEAT,
    Wanted,
    delivered,
    held_back,
    paged,
    paged_after,
    quiet,
    ripe,
)
from seatrial.capabilities.metrics import judges
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

START = 1000.0
CHANNELS = ("pagerduty", "slack", "email")


def step(name: str, at: float) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def page(
    at: float,
    channel: str = "pagerduty",
    *,
    alert: str = "ServiceDown",
    status: str = "firing",
    receiver: str = "web-page",
    valid: str = "yes",
    service: str = "api",
    severity: str = "page",
) -> Observation:
    return Observation(
        at=at,
        source="sink",
        kind="page",
        subject=alert,
        text=status,
        labels={
            "service": service,
            "severity": severity,
            "channel": channel,
            "receiver": receiver,
            "valid": valid,
        },
    )


def blind(at: float) -> Observation:
    return Observation(at=at, source="sink", kind="unreachable", subject="sink", text="HTTP 500")


def timeline(*seen: Observation) -> Timeline:
    return Timeline().adding((step("inject", START), *seen))


def everywhere(at: float, **what: str) -> tuple[Observation, ...]:
    return tuple(page(at, channel, **what) for channel in CHANNELS)


WANTED = Wanted(
    labels={"alertname": "ServiceDown", "service": "api"},
    receiver="web-page",
    target=60.0,
)
CLEARING = Wanted(
    labels=WANTED.labels, receiver="web-page", target=60.0, clears=True, clear_within=180.0
)


@pytest.mark.parametrize(("at", "state"), [(60.0, State.MET), (60.1, State.BROKEN)])
def test_the_target_is_the_last_moment_that_counts(at: float, state: State) -> None:
    assert paged(WANTED)(timeline(*everywhere(START + at)), START + 90, True).state is state  # noqa: FBT003


def test_each_channel_has_its_own_figure_and_the_slowest_decides() -> None:
    seen = (page(START + 10), page(START + 12, "slack"), page(START + 61, "email"))
    judgement = paged(WANTED)(timeline(*seen), START + 90, True)  # noqa: FBT003
    assert judgement.state is State.BROKEN
    assert "fault to email: 61.0 s" in judgement.reason
    figures = {each.name: each.value for each in judgement.figures}
    assert figures == {"fault to page": 10.0, "fault to slack": 12.0, "fault to email": 61.0}


def test_one_missing_channel_is_pending_in_time_and_broken_after() -> None:
    seen = timeline(page(START + 10), page(START + 10, "slack"))
    assert paged(WANTED)(seen, START + 20, False).state is State.PENDING  # noqa: FBT003
    assert paged(WANTED)(seen, START + 61, False).state is State.BROKEN  # noqa: FBT003
    assert not ripe(WANTED)(seen)
    assert ripe(WANTED)(timeline(*everywhere(START + 5)))


def test_a_page_from_before_the_fault_does_not_count() -> None:
    seen = timeline(*everywhere(START - 1))
    assert paged(WANTED)(seen, START + 90, True).state is State.BROKEN  # noqa: FBT003
    assert not ripe(WANTED)(seen)


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        (page(START + 3, receiver="unrouted"), "also went to unrouted"),
        (page(START + 3, alert="StoreDown", service="database"), "StoreDown of database"),
        (page(START + 3, alert="ServiceErrors"), "ServiceErrors of api"),
        (page(START + 3, valid="no summary"), "not in its form: no summary"),
    ],
)
def test_what_comes_beside_or_malformed_is_broken(beside: Observation, reason: str) -> None:
    judgement = paged(WANTED)(timeline(beside, *everywhere(START + 5)), START + 90, True)  # noqa: FBT003
    assert judgement.state is State.BROKEN
    assert reason in judgement.reason


@pytest.mark.parametrize(
    "beside",
    [
        page(START - 3, alert="StoreDown", service="database"),
        page(START + 3, alert="Deadlocks", service="database", severity="ticket"),
        page(START + 3, alert="StoreDown", service="database", status="resolved"),
    ],
)
def test_what_is_no_page_about_the_fault_does_not_matter(beside: Observation) -> None:
    judgement = paged(WANTED)(timeline(beside, *everywhere(START + 5)), START + 90, True)  # noqa: FBT003
    assert judgement.state is State.MET


def test_what_the_sink_could_not_tell_is_unknown_only_at_the_end() -> None:
    seen = timeline(blind(START + 5))
    assert paged(WANTED)(seen, START + 90, True).state is State.BLIND  # noqa: FBT003
    assert paged(WANTED)(seen, START + 30, False).state is State.PENDING  # noqa: FBT003


def test_clearing_is_judged_from_the_repair() -> None:
    paged_once = everywhere(START + 5)
    judge = paged(CLEARING)
    assert judge(timeline(*paged_once), START + 20, False).state is State.PENDING  # noqa: FBT003
    repaired = (*paged_once, step("undo", START + 30))
    assert judge(timeline(*repaired), START + 99, False).state is State.PENDING  # noqa: FBT003
    assert judge(timeline(*repaired), START + 300, True).state is State.BROKEN  # noqa: FBT003
    cleared = (*repaired, *everywhere(START + 100, status="resolved"))
    judgement = judge(timeline(*cleared), START + 120, False)  # noqa: FBT003
    assert judgement.state is State.MET
    assert judgement.figures[-1].value == 70.0
    early = (*repaired, *everywhere(START + 29, status="resolved"))
    assert judge(timeline(*early), START + 300, True).state is State.BROKEN  # noqa: FBT003
    late = (*repaired, *everywhere(START + 211, status="resolved"))
    assert judge(timeline(*late), START + 300, True).state is State.BROKEN  # noqa: FBT003


def test_a_page_that_a_drill_beside_this_one_expects_is_not_this_faults() -> None:
    other = page(START + 3, alert="StoreDown", service="billing")
    seen = (other, *everywhere(START + 5))
    assert paged(WANTED)(timeline(*seen), START + 90, True).state is State.BROKEN  # noqa: FBT003
    beside = Observation(
        at=START,
        source="drill",
        kind="beside",
        subject="alert",
        labels={"alertname": "StoreDown", "service": "billing"},
    )
    judgement = paged(WANTED)(timeline(beside, *seen), START + 90, True)  # noqa: FBT003
    assert judgement.state is State.MET


def beats(*at: float) -> tuple[Observation, ...]:
    return tuple(
        Observation(at=START + each, source="prometheus", kind="sample", subject=BEAT, value=1)
        for each in at
    )


ALIVE = beats(5, 20, 35)


def test_quiet_is_broken_by_any_page_and_by_nothing_else() -> None:
    judge = quiet(at_least=30)
    assert judge(timeline(*ALIVE), START + 40, False).state is State.PENDING  # noqa: FBT003
    assert judge(timeline(*ALIVE), START + 40, True).state is State.MET  # noqa: FBT003
    for harm in (page(START + 9), page(START + 9, alert="WatchdogSilent", service="alerting")):
        judgement = judge(timeline(*ALIVE, harm), START + 40, False)  # noqa: FBT003
        assert judgement.state is State.BROKEN
    for harmless in (
        page(START - 1),
        page(START + 9, severity="ticket"),
        page(START + 9, status="resolved"),
    ):
        judgement = judge(timeline(*ALIVE, harmless), START + 40, True)  # noqa: FBT003
        assert judgement.state is State.MET


def test_quiet_that_was_not_watched_is_unknown() -> None:
    judge = quiet(at_least=30)
    assert judge(timeline(*ALIVE), START + 20, True).state is State.BLIND  # noqa: FBT003
    unseen = timeline(*ALIVE, blind(START + 5))
    assert judge(unseen, START + 40, True).state is State.BLIND  # noqa: FBT003
    both = timeline(blind(START + 5), page(START + 9))
    assert judge(both, START + 40, True).state is State.BROKEN  # noqa: FBT003


@pytest.mark.parametrize("seen", [(), (5,), (35, 39)])
def test_the_silence_of_a_dead_alerting_path_is_not_quiet(seen: tuple[float, ...]) -> None:
    judgement = quiet(at_least=30)(timeline(*beats(*seen)), START + 40, True)  # noqa: FBT003
    assert judgement.state is State.BLIND
    assert "not seen to be alive" in judgement.reason


def test_a_silence_must_hold_until_it_ends() -> None:
    judge = paged_after(WANTED, 40.0)
    early, late = everywhere(START + 39), everywhere(START + 41)
    assert judge(timeline(*early), START + 90, True).state is State.BROKEN  # noqa: FBT003
    assert judge(timeline(*late), START + 90, True).state is State.MET  # noqa: FBT003
    assert judge(timeline(), START + 90, True).state is State.BROKEN  # noqa: FBT003


def test_delivery_counts_every_message_of_every_receiver() -> None:
    other = Wanted(
        labels={"alertname": "ServiceDown", "service": "db"},
        receiver="data-ticket",
        target=60.0,
        channels=("slack",),
    )
    judge = delivered((WANTED, other))
    judgement = judge(timeline(*everywhere(START + 5)), START + 10, False)  # noqa: FBT003
    assert judgement.state is State.PENDING
    assert [each.value for each in judgement.figures] == [3, 5.0]
    there = page(START + 7, "slack", service="db", receiver="data-ticket")
    judgement = judge(timeline(*everywhere(START + 5), there), START + 10, False)  # noqa: FBT003
    assert judgement.state is State.MET
    assert [each.value for each in judgement.figures] == [4, 7.0]


def routed(service: str, held_by: str, at: float = START) -> Observation:
    return Observation(
        at=at,
        source="alertmanager",
        kind="routed",
        subject="X",
        id=f"{service}/{held_by}",
        text="suppressed" if held_by else "active",
        labels={"service": service, "held_by": held_by},
    )


def test_held_back_asks_for_inhibition_and_leaves_the_others_alone() -> None:
    judge = held_back(({"service": "api"},), ({"service": "other"},))
    seen = Timeline().adding((routed("api", "inhibition"), routed("other", "")))
    assert judge(seen, START, False).state is State.MET  # noqa: FBT003
    for wrong in (
        (routed("api", ""), routed("other", "")),
        (routed("api", "silence"), routed("other", "")),
        (routed("api", "inhibition"), routed("other", "inhibition")),
        (routed("api", "inhibition"),),
    ):
        found = Timeline().adding(wrong)
        assert judge(found, START, False).state is State.PENDING  # noqa: FBT003
        assert judge(found, START, True).state is State.BROKEN  # noqa: FBT003


def test_held_back_believes_the_newest_state() -> None:
    judge = held_back(({"service": "api"},), ())
    freed = (routed("api", "inhibition", START), routed("api", "", START + 1))
    assert judge(Timeline().adding(freed), START, True).state is State.BROKEN  # noqa: FBT003


def test_what_the_sink_says_becomes_a_page() -> None:
    body = {
        "arrivals": [
            {
                "id": 7,
                "at": 12.5,
                "alertname": None,
                "status": "firing",
                "channel": "slack",
                "receiver": None,
                "labels": {"service": "api", "n": 1},
                "valid": False,
                "faults": ["no text", "no title"],
            }
        ]
    }
    (seen,) = arrivals.parse(99.0, json.dumps(body).encode())
    assert (seen.at, seen.id, seen.subject, seen.text) == (12.5, "7", "", "firing")
    assert seen.labels == {
        "service": "api", "n": "1", "channel": "slack", "receiver": "",
        "valid": "no text; no title",
    }  # fmt: skip


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


def test_persistence_compares_the_gap_with_the_outage() -> None:
    judge = judges.persistence(5.0)
    back = step("recovered", START + 10)

    def state(*stamps: float, over: bool = True) -> State:
        seen = timeline(back, *window(START + 30, *(START + each for each in stamps)))
        return judge(seen, START + 40, over).state

    assert judge(timeline(), START, False).state is State.PENDING  # noqa: FBT003
    assert state(-10, -5, 12) is State.MET
    assert state(-10, -5, 15) is State.MET  # one interval before, one after
    assert state(-10, -5, 16) is State.BROKEN
    assert state(12) is State.BROKEN  # the past is gone
    assert state(-10, -5) is State.BROKEN
    assert state(-10, -5, over=False) is State.PENDING


def test_an_explosion_is_caught_when_it_is_both_alerted_and_named() -> None:
    judge = judges.exploded("bad_total", "host", 60.0)
    named = sample("biggest", 9000, __name__="bad_total")

    def caught(at: float, service: str = "host", state: str = "firing") -> Observation:
        return Observation(
            at=at,
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
        (caught(START - 1), named),
        (caught(START + 30, "api"), named),
        (caught(START + 30, state="pending"), named),
        (caught(START + 30), sample("biggest", 1, __name__="good_total")),
    ):
        assert judge(timeline(*seen), START, False).state is State.PENDING  # noqa: FBT003
        assert judge(timeline(*seen), START, True).state is State.BROKEN  # noqa: FBT003
