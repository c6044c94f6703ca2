"""A probe from outside sees that a service is gone, and that it is back."""

from __future__ import annotations

import pytest

from seatrial.capabilities.metrics.watched import watched
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline

START, END, WITHIN = 100.0, 120.0, 15.0
JUDGE = watched("front", within=WITHIN)


def probe(at: float, value: float, replica: str = "0") -> Observation:
    labels = {"service": "front", "replica": replica} if value >= 0 else {}
    return Observation(
        at=at, source="prometheus", kind="sample", subject="probes", value=value, labels=labels
    )


def state(*seen: Observation, undone: bool = True, over: bool = True) -> tuple[State, str]:
    steps = [("inject", START), *([("undo", END)] if undone else [])]
    marks = [Observation(at=at, source="drill", kind="step", subject=name) for name, at in steps]
    found = JUDGE(Timeline().adding((*marks, *seen)), 200.0, over)
    return found.state, found.reason


def test_its_death_and_its_return_are_seen() -> None:
    seen = (probe(90, 1), probe(101, 1), probe(105, 0), probe(119, 0), probe(125, 1))
    found = state(*seen)
    assert found == (State.MET, "every probe failed 5.0 s after the fault, and went well again")


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ((probe(105, 1), probe(125, 1)), "no probe failed"),
        ((probe(105, -1), probe(125, -1)), "nobody looks at front from outside"),
        ((probe(116, 0), probe(125, 1)), "the probes failed 16.0 s after the fault"),
        ((probe(105, 0), probe(110, 1)), "a probe went well under the fault"),
        (
            (
                *(probe(105, 0, each) for each in "01"),
                *(probe(110, value, each) for each, value in (("0", 1), ("1", 0))),
                *(probe(125, 1, each) for each in "01"),
            ),
            "a probe went well under the fault",
        ),
        ((probe(105, 0), probe(125, 0)), "front is not back"),
        ((probe(105, 0, "0"), probe(105, 1, "1"), probe(125, 1)), "no probe failed"),
    ],
)
def test_anything_else_is_not_it(seen: tuple[Observation, ...], reason: str) -> None:
    assert state(*seen) == (State.BROKEN, reason)


def test_without_an_answer_nobody_knows() -> None:
    assert state()[0] is State.BLIND
    assert state(undone=False, over=False)[0] is State.PENDING
    assert state(probe(105, 1), over=False) == (State.BROKEN, "no probe failed")
    assert state(probe(105, 0), undone=False, over=False) == (State.PENDING, "front is not back")
