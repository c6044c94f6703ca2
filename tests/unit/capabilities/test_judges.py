"""Judgements of hand-made timelines: what is met, broken, pending, and what was not seen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from seatrial.capabilities.alerting import arrivals
from seatrial.capabilities.alerting.calm import BEAT, beats, quiet
from seatrial.capabilities.alerting.judges import (
    Wanted,
    delivered,
    held_back,
    once,
    paged,
    paged_after,
    ripe,
)
from seatrial.capabilities.metrics import judges
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

START = 1000.0
CHANNELS = ("pagerduty", "slack", "email")


def step(name: str, at: float, text: str = "") -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name, text=text)


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


def answered(at: float, lacks: str = "") -> Observation:
    return Observation(at=at, source="sink", kind="answer", subject="sink", text=lacks)


def timeline(*seen: Observation) -> Timeline:
    """What was seen after the fault, with the sink's answers to the very end."""
    return Timeline().adding((step("inject", START), *seen, answered(START + 400)))


def cut_off(*seen: Observation) -> Timeline:
    """The same, with no answer of the sink but those that are seen."""
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


def test_one_failed_poll_does_not_make_a_missing_page_unknown() -> None:
    """Each answer of the sink holds everything: a later one makes up for it."""
    seen = cut_off(answered(START + 4), blind(START + 5), answered(START + 80))
    judgement = paged(WANTED)(seen, START + 90, True)  # noqa: FBT003
    assert judgement.state is State.BROKEN
    assert "did not reach web-page" in judgement.reason


@pytest.mark.parametrize(
    "seen",
    [
        (answered(START + 4), blind(START + 80)),
        (blind(START + 80),),
        (answered(START + 80, "older arrivals are only in its journal"),),
        (),
    ],
)
def test_what_the_sink_could_not_tell_at_the_end_is_unknown(seen: tuple[Observation, ...]) -> None:
    nothing, all_of_it = cut_off(*seen), cut_off(*seen, *everywhere(START + 3))
    assert paged(WANTED)(nothing, START + 30, False).state is State.PENDING  # noqa: FBT003
    for each in (nothing, all_of_it):
        # another page may have come beside it
        assert paged(WANTED)(each, START + 90, True).state is State.BLIND  # noqa: FBT003
        assert paged(WANTED)(each, START + 90, False).state is State.PENDING  # noqa: FBT003
    wrong = cut_off(*seen, page(START + 3, receiver="unrouted"))
    assert paged(WANTED)(wrong, START + 90, True).state is State.BROKEN  # noqa: FBT003


def test_a_page_that_comes_twice_is_broken() -> None:
    twice = timeline(*everywhere(START + 5), page(START + 35, "slack"))
    for judge in (paged(WANTED), once(WANTED)):
        judgement = judge(twice, START + 90, True)  # noqa: FBT003
        assert judgement.state is State.BROKEN
        assert "paged 2 times by slack, again after 30 s" in judgement.reason
    assert once(WANTED)(twice, START + 90, True).figures[-1].value == 2  # noqa: FBT003
    first = timeline(*everywhere(START + 5))
    judgement = once(WANTED)(first, START + 90, True)  # noqa: FBT003
    assert judgement.state is State.MET
    assert (judgement.figures[-1].value, judgement.figures[-1].target) == (1, 1)


def test_a_budget_that_was_spent_may_page_once_the_fault_is_over_and_not_before() -> None:
    burning = {"alertname": "ErrorBudgetBurnFast", "service": "buy"}
    judge = paged(replace(WANTED, after=(burning,)))
    for at, state in ((START + 50, State.BROKEN), (START + 70, State.MET)):
        burn = page(at, alert="ErrorBudgetBurnFast", service="buy")
        seen = timeline(*everywhere(START + 5), step("undo", START + 60), burn)
        assert judge(seen, START + 90, True).state is state  # noqa: FBT003


def test_each_region_has_a_page_of_its_own() -> None:
    regional = replace(WANTED, times=2)
    two = (*everywhere(START + 5), *everywhere(START + 6))
    assert paged(regional)(timeline(*two), START + 90, True).state is State.MET  # noqa: FBT003
    three = (*two, page(START + 9))
    assert paged(regional)(timeline(*three), START + 90, True).state is State.BROKEN  # noqa: FBT003


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
        "complete": False,
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
        ],
    }
    seen, answer = arrivals.parse(99.0, json.dumps(body).encode())
    assert (answer.at, answer.kind) == (99.0, "answer")
    assert "journal" in answer.text
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
