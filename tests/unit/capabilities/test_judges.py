"""Judgements of hand-made timelines: what is met, broken, pending, and what was not seen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from timelines import (
    CLEARING,
    START,
    WANTED,
    answered,
    blind,
    cut_off,
    everywhere,
    page,
    step,
    timeline,
)

from seatrial.capabilities.alerting.judges import (
    Wanted,
    delivered,
    held_back,
    once,
    paged,
    paged_after,
    ripe,
)
from seatrial.contract import arrivals
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline


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
                "summary": None,
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
        "summary": "", "valid": "no text; no title",
    }  # fmt: skip
