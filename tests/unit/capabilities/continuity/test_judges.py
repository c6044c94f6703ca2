"""What a timeline must show of whoever is called and informed."""

from __future__ import annotations

import json

from seatrial.capabilities.continuity.judges import Wanted, reached
from seatrial.contract.arrivals import SOURCE, parse
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

CUSTOMERS = Wanted(
    who="customers",
    alert="NoticeDrill",
    labels=(("service", "customers"), ("cluster", "exercise-x-begin")),
    channels=("slack", "email"),
    within=60.0,
    mark="EXERCISE",
)
INJECTED = Observation(at=100.0, source="drill", kind="step", subject="inject")


def arrival(channel: str, at: float, number: int, **other: object) -> dict[str, object]:
    return {
        "id": str(number),
        "at": at,
        "channel": channel,
        "receiver": "audience-customers-notice",
        "status": "firing",
        "alertname": "NoticeDrill",
        "labels": {"service": "customers", "cluster": "exercise-x-begin"},
        "summary": "EXERCISE, nothing is wrong with shop: x has begun",
        "valid": True,
        "faults": [],
    } | other


def seen(*arrivals: dict[str, object], complete: bool = True) -> Timeline:
    body = json.dumps({"complete": complete, "arrivals": arrivals}).encode()
    return Timeline().adding((INJECTED, *parse(130.0, body)))


def judged(timeline: Timeline, *, over: bool = True) -> tuple[State, str]:
    found = reached((CUSTOMERS,))(timeline, 130.0, over)
    return found.state, found.reason


BOTH = (arrival("slack", 101.0, 1), arrival("email", 102.5, 2))


def test_who_got_it_on_each_channel_in_time_was_reached() -> None:
    found = reached((CUSTOMERS,))(seen(*BOTH), 130.0, False)  # noqa: FBT003 - Judge
    assert found.state is State.MET
    assert [(each.name, each.value, each.target) for each in found.figures] == [
        ("customers told after", 2.5, 60.0),
        ("customers reached on", 2, 2),
    ]


def test_a_channel_counts_where_the_message_came_in_its_form_and_marked() -> None:
    real = arrival("email", 102.0, 2, summary="the system is down")
    for timeline in (seen(BOTH[0], real), seen(BOTH[0])):
        found = reached((CUSTOMERS,))(timeline, 130.0, True)  # noqa: FBT003 - Judge
        assert {each.name: each.value for each in found.figures}["customers reached on"] == 1


def test_a_mute_channel_is_named_once_nothing_more_comes() -> None:
    assert judged(seen(BOTH[0])) == (State.BROKEN, "not reached: customers by email")
    assert judged(seen(BOTH[0]), over=False)[0] is State.PENDING


def test_what_nobody_marked_as_an_exercise_is_wrong() -> None:
    real = arrival("email", 102.0, 2, summary="the system is down")
    assert judged(seen(BOTH[0], real)) == (
        State.BROKEN,
        "customers by email: it does not say EXERCISE",
    )


def test_what_the_channel_would_not_take_did_not_arrive() -> None:
    bad = arrival("email", 102.0, 2, valid=False, faults=["Date: must come once"])
    assert judged(seen(BOTH[0], bad)) == (State.BROKEN, "customers by email: Date: must come once")


def test_what_came_too_late_is_broken() -> None:
    late = arrival("email", 161.0, 2)
    assert judged(seen(BOTH[0], late)) == (State.BROKEN, "customers told after 1 min 1 s")


def test_another_stage_another_audience_and_what_came_before_do_not_count() -> None:
    others = (
        arrival("email", 99.0, 2),
        arrival("email", 101.0, 3, labels={"service": "customers", "cluster": "exercise-x-end"}),
        arrival("email", 101.0, 4, labels={"service": "board", "cluster": "exercise-x-begin"}),
        arrival("email", 101.0, 5, status="resolved"),
    )
    assert judged(seen(BOTH[0], *others)) == (State.BROKEN, "not reached: customers by email")


def test_where_nobody_says_what_arrived_it_is_not_known() -> None:
    dark = Timeline().adding(
        (
            INJECTED,
            Observation(
                at=120.0, source=SOURCE, kind="unreachable", subject="sink", text="refused"
            ),
        )
    )
    assert judged(dark)[0] is State.BLIND
    assert judged(seen(BOTH[0], complete=False))[0] is State.BLIND


def test_before_anything_is_sent_nothing_is_judged() -> None:
    assert judged(Timeline(), over=False)[0] is State.PENDING
