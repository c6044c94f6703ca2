"""In a drill the link is named from runs of before and of the fault, or nobody is."""

from __future__ import annotations

import json

from seatrial.capabilities.tracing.crossing import Link
from seatrial.capabilities.tracing.culprits import named
from seatrial.capabilities.tracing.watches import PROFILE
from seatrial.contract.action import SlowEdge
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

LINK = Link(journey="buy", caller="api", callee="database")
EDGE = SlowEdge(source="api", target="database", latency=0.05)


def _step(name: str, at: float, text: str = "") -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name, text=text)


def _run(number: int, at: float, *, own: int, asking: int) -> Observation:
    ask = ["api", "SELECT", "database", False]
    works = [["api", "GET /", "", False, own, 1, "api-0"], [*ask, asking, 2, "api-0"]]
    text = json.dumps([own + asking, works, []])
    return Observation(
        at=at + 6,
        source="jaeger",
        kind=PROFILE,
        subject="buy",
        id=f"{number}",
        value=at,
        text=text,
        labels={"trace": f"{number}"},
    )


def _timeline(*, own: int, asking: int) -> Timeline:
    """Thirty runs before the fault at 100 s, and thirty of it."""
    before = [_run(n, 60 + n, own=9000 + 37 * n, asking=4000 + 11 * n) for n in range(30)]
    during = [_run(100 + n, 101 + n, own=own + 37 * n, asking=asking + 11 * n) for n in range(30)]
    steps = (
        _step("inject", 55.0),
        _step("undo", 99.0),
        _step("inject", 100.0, "SlowEdge api database"),
        _step("undo", 140.0),
    )
    late = _run(200, 139, own=1, asking=1)  # the last spans of it may be on their way
    return Timeline().adding([*steps, *before, *during, late])


def test_the_link_that_is_slow_is_named() -> None:
    found = named(LINK, EDGE)(_timeline(own=9000, asking=104_000), 150.0, True)  # noqa: FBT003
    assert found.state is State.MET
    assert "api SELECT asking database" in found.reason


def test_another_one_is_wrong_and_so_is_nobody() -> None:
    judge = named(LINK, EDGE)
    other = judge(_timeline(own=200_000, asking=4000), 150.0, True)  # noqa: FBT003
    assert (other.state, "api GET /" in other.reason) == (State.BROKEN, True)
    nobody = judge(_timeline(own=9000, asking=4000), 150.0, True)  # noqa: FBT003
    assert (nobody.state, "nobody is named" in nobody.reason) == (State.BROKEN, True)


def test_too_few_runs_say_nothing_yet() -> None:
    judge = named(LINK, EDGE)
    steps = Timeline().adding([_step("inject", 100.0, "SlowEdge api database")])
    assert judge(steps, 110.0, False).state is State.PENDING  # noqa: FBT003
    assert judge(Timeline(), 110.0, False).state is State.PENDING  # noqa: FBT003
    assert judge(steps, 110.0, True).state is State.BLIND  # noqa: FBT003
