"""In a drill each place is named from runs of before and of its fault, or it is not."""

from __future__ import annotations

import json

from seatrial.capabilities.tracing import course
from seatrial.capabilities.tracing.culprits import Spot, named, nobody
from seatrial.capabilities.tracing.places import Kind, Place
from seatrial.capabilities.tracing.watches import PROFILE
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline

LINK = Place(
    kind=Kind.LINKS,
    actions=(),
    journeys=("buy",),
    disturbed=frozenset(),
    service="api",
    peer="database",
)
CALL = Place(
    kind=Kind.CALLS,
    actions=(),
    journeys=("buy",),
    disturbed=frozenset(),
    service="api",
    peer="database",
)
API, ASK = ["api", "GET /", "", False], ["api", "SELECT", "database", False]
REST = [["prober", "GET /", "gateway", False], ["prober", "buy", "", False]]  # 1 ms each


def _step(name: str, at: float) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def _run(
    number: int, at: float, *, own: int, asking: int, failed: bool = False, rest: int = 1000
) -> Observation:
    works = [
        [*API, own, 1, [["api", "api-0", own, 1]]],
        [*ASK, asking, 2, [["api", "api-0", asking, 2]]],
        *([*each, rest, 1, [["prober", "prober-0", rest, 1]]] for each in REST),
    ]
    return Observation(
        at=at + 6,
        source="jaeger",
        kind=PROFILE,
        subject="buy",
        id=f"{number}",
        value=at,
        text=json.dumps([own + asking + 2 * rest, works, [ASK] if failed else []]),
        labels={"trace": f"{number}"},
    )


def _timeline(
    *,
    own: int = 9000,
    asking: int = 4000,
    failed: bool = False,
    late: bool = True,
    rest: int = 1000,
) -> Timeline:
    """Before from 60 s to 72 s, nothing done until 82 s, the fault from 85 s to 94 s."""
    runs = [_run(n, 60 + n / 3, own=9000 + 37 * n, asking=4000 + 11 * n) for n in range(36)]
    runs += [
        _run(100 + n, 73.5 + n / 4, own=9000 + 35 * n, asking=4000 + 13 * n) for n in range(32)
    ]
    runs += [
        _run(
            200 + n,
            86.2 + n / 4,
            own=own + 37 * n,
            asking=asking + 11 * n,
            failed=failed,
            rest=rest,
        )
        for n in range(30)
    ]
    steps = [_step("inject", 59.9), _step("undo", 60.0)]
    steps += [
        _step("inject", 72.0),
        _step("undo", 82.0),
        _step("inject", 85.0),
        _step("undo", 94.0),
    ]
    last = [_run(300, 99, own=1, asking=1)] if late else []  # by then the last spans have come
    return Timeline().adding([*steps, *runs, *last])


def _judged(timeline: Timeline, place: Place = LINK, *, over: bool = True) -> Judgement:
    return named([Spot(place=place, index=2)], 5)(timeline, 150.0, over)


def test_the_link_that_is_slow_is_named() -> None:
    found = _judged(_timeline(asking=104_000))
    assert (found.state, found.reason) == (
        State.MET,
        "named by the traces alone: api asking database",
    )
    figures = {each.name: each.value for each in found.figures}
    assert (figures["places named right"], figures["seed of the places"]) == (1, 5)
    assert figures["least share"] >= 0.5


def test_another_one_is_wrong_and_so_is_nobody() -> None:
    other = _judged(_timeline(own=200_000))
    assert (other.state, "api GET /" in other.reason) == (State.BROKEN, True)
    none = _judged(_timeline())
    assert (none.state, "0 of 1 are named" in none.reason) == (State.BROKEN, True)


def test_a_machine_that_is_overloaded_shows_nothing_but_who_is_named_all_the_same() -> None:
    hidden = _judged(_timeline(own=27_000, asking=12_000, rest=4000))
    assert (hidden.state, "overloaded" in hidden.reason) == (State.BLIND, True)
    assert _judged(_timeline(asking=104_000, rest=3000)).state is State.MET
    busy = nobody(("buy",), 2)(_timeline(own=200_000, rest=3000), 150.0, True)  # noqa: FBT003
    assert busy.state is State.BLIND


def test_one_place_that_is_not_named_breaks_it_for_all() -> None:
    spots = [Spot(place=LINK, index=2), Spot(place=LINK, index=1)]
    found = named(spots, 5)(_timeline(asking=104_000), 150.0, True)  # noqa: FBT003
    assert (found.state, "1 of 2 are named" in found.reason) == (State.BROKEN, True)


def test_where_calls_fail_is_named() -> None:
    assert _judged(_timeline(failed=True), CALL).state is State.MET
    assert _judged(_timeline(asking=104_000), CALL).state is State.BROKEN


def test_nobody_is_named_while_nothing_is_done() -> None:
    judge = nobody(("buy",))
    assert judge(_timeline(), 150.0, True).state is State.MET  # noqa: FBT003
    slow = nobody(("buy",), 2)(_timeline(asking=104_000), 150.0, True)  # noqa: FBT003
    failing = nobody(("buy",), 2)(_timeline(failed=True), 150.0, True)  # noqa: FBT003
    assert (slow.state, failing.state) == (State.BROKEN, State.BROKEN)


def test_what_has_not_come_yet_says_nothing_yet() -> None:
    waiting = _timeline(asking=104_000, late=False)  # spans of the last runs may be on their way
    assert _judged(waiting, over=False).state is State.PENDING
    assert _judged(waiting).state is State.BLIND
    assert _judged(Timeline(), over=False).state is State.PENDING
    other = Place(kind=Kind.LINKS, actions=(), journeys=("sell",), disturbed=frozenset())
    assert _judged(_timeline(asking=104_000), other).state is State.BLIND


def test_places_follow_one_another_after_a_while_in_which_all_is_well() -> None:
    found = course.injections([LINK, None])
    assert [(each.hold, bool(each.pause)) for each in found] == [
        (0.0, True),
        *[(course.HOLD, True)] * 3,
    ]
    planned = sum((each.hold or 0.0) + each.pause for each in found)
    assert planned + course.SETTLED < course.within([LINK, None])
