"""When a drill ends in which something is said only at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from trials import expectation, scenario

from seatrial.contract.action import Kill
from seatrial.contract.scenario import Control, Expectation, Judgement, State
from seatrial.contract.timeline import Timeline

if TYPE_CHECKING:
    from conftest import World


def _at_end(met: Callable[[Timeline, float], bool], broken: Callable[[float], bool]) -> Expectation:
    """What is said only at the end, unless it is broken before."""

    def judge(timeline: Timeline, now: float, last: bool) -> Judgement:  # noqa: FBT001
        if broken(now):
            return Judgement(state=State.BROKEN, reason="seen")
        state = State.PENDING if not last else State.MET if met(timeline, now) else State.BLIND
        return Judgement(state=state, reason="")

    return expectation(judge, ripe=lambda _: True, at_end=True)


def test_nobody_waits_beyond_the_settling_for_what_is_met_at_the_end(world: World) -> None:
    seen = _at_end(lambda *_: True, lambda _: False)
    drill = world.drill(replace(scenario(within=90), settle=20.0), seen)
    assert drill.finished - drill.started == pytest.approx(20, abs=2)
    assert drill.outcomes[0].judgement.state is State.MET


@pytest.mark.parametrize("second", [1.0, 19.5])
def test_what_comes_while_the_drill_settles_breaks_what_is_said_at_the_end(
    world: World, second: float
) -> None:
    from_then = world.clock.now() + second
    seen = _at_end(lambda *_: True, lambda now: now >= from_then)
    drill = world.drill(replace(scenario(within=90), settle=20.0), seen)
    assert drill.outcomes[0].judgement.state is State.BROKEN


def test_what_would_not_be_met_at_the_end_is_waited_for(world: World) -> None:
    from_then = world.clock.now() + 50
    seen = _at_end(lambda _, now: now >= from_then, lambda _: False)
    drill = world.drill(replace(scenario(within=90), settle=20.0), seen)
    assert drill.finished - drill.started == pytest.approx(50, abs=2)
    assert drill.outcomes[0].judgement.state is State.MET


def test_what_is_said_at_the_end_waits_for_what_is_not(world: World) -> None:
    world.pages_after_fault(60)
    both = (_at_end(lambda *_: True, lambda _: False), expectation(ripe=lambda _: True))
    drill = world.drill(replace(scenario(within=90), settle=20.0), *both)
    assert drill.finished - drill.started == pytest.approx(60, abs=2)
    assert {each.judgement.state for each in drill.outcomes} == {State.MET}


def test_who_did_not_answer_since_it_settled_is_asked_before_it_is_the_end(world: World) -> None:
    begun = world.clock.now()
    world.clock.at(begun + 10, lambda: world.runtime.stop("sink"))
    world.clock.at(begun + 40, lambda: world.runtime.start("sink"))
    seen = _at_end(lambda *_: True, lambda _: False)
    drill = world.drill(replace(scenario(within=90), settle=20.0), seen)
    assert drill.finished - drill.started == pytest.approx(40, abs=2)


def test_with_a_planted_defect_what_must_not_be_met_has_all_the_time(world: World) -> None:
    from_then = world.clock.now() + 50
    seen = _at_end(lambda *_: True, lambda now: now >= from_then)
    planted = Control(defect="it shows late", actions=(Kill(workload="sink"),))
    drill = world.drill(replace(scenario(within=90), settle=20.0), seen, control=planted)
    assert drill.outcomes[0].judgement.state is State.BROKEN
