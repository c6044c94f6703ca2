"""One drill on a runtime in memory: its steps and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from trials import HEALTHY, UP, expectation, scenario, steps

from seatrial.capabilities.alerting import arrivals
from seatrial.contract.action import CutEdge, Kill, Pause
from seatrial.contract.runtime import Able
from seatrial.contract.scenario import (
    Ability,
    Control,
    Injection,
    Judgement,
    State,
)
from seatrial.contract.timeline import Timeline
from seatrial.drills.run import STEADY_WITHIN, run
from seatrial.drills.together import Points, Together

if TYPE_CHECKING:
    from conftest import World


def test_a_page_in_time_is_met_and_nothing_stays_injected(world: World) -> None:
    world.pages_after_fault(20)
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation())
    assert drill.outcomes[0].judgement.state is State.MET
    assert {each.value for each in drill.outcomes[0].judgement.figures} == {20.0}
    assert steps(drill.timeline) == ["steady", "inject", "undo", "recovered"]
    assert world.runtime.diary == [("inject", "Kill"), ("undo", "Kill")]
    assert world.runtime.injected() == ()


def test_the_fault_ends_as_soon_as_it_was_seen(world: World) -> None:
    world.pages_after_fault(20)
    drill = world.drill(scenario(), expectation())
    inject, undo = drill.timeline.step("inject"), drill.timeline.step("undo")
    assert inject is not None
    assert undo is not None
    assert 20 <= undo - inject < 25


def test_a_page_after_its_target_is_broken(world: World) -> None:
    world.pages_after_fault(70)
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN


def test_a_page_beside_the_expected_is_broken(world: World) -> None:
    world.pages_after_fault(20)
    world.pages_after_fault(15, alert="StoreDown", service="database", receiver="data-page")
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN
    assert "StoreDown of database also paged" in drill.outcomes[0].judgement.reason


def test_a_page_that_a_drill_beside_expects_is_none_of_its_business(world: World) -> None:
    world.pages_after_fault(20)
    world.pages_after_fault(15, service="billing", receiver="billing-page")
    billing = {"alertname": "ServiceDown", "service": "billing"}
    drill = world.drill(scenario(), expectation(), beside=(billing,))
    assert drill.outcomes[0].judgement.state is State.MET


def test_a_page_that_nobody_expects_fails_the_drill(world: World) -> None:
    world.pages_after_fault(20)
    world.pages_after_fault(15, service="billing", receiver="billing-page")
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN


def test_without_steady_state_nothing_is_injected(world: World) -> None:
    world.value = lambda: 0.0
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation(), expectation())
    assert [each.judgement.state for each in drill.outcomes] == [State.BLIND, State.BLIND]
    assert "no steady state" in drill.aborted
    assert "targets: one is down" in drill.outcomes[0].judgement.reason
    assert world.runtime.diary == []
    assert steps(drill.timeline) == []


def test_steady_state_is_waited_for(world: World) -> None:
    world.value = lambda: 1.0 if world.clock.now() > drill_start + 30 else 0.0
    drill_start = world.clock.now()
    world.pages_after_fault(20)
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation())
    injected = drill.timeline.step("inject")
    assert injected is not None
    assert 30 < injected - drill_start < STEADY_WITHIN
    assert drill.outcomes[0].judgement.state is State.MET


def test_none_injects_before_the_drills_beside_it_are_steady(world: World) -> None:
    steady = Together(("one", "other"))
    begin = world.clock.now()
    world.clock.at(begin + 30, lambda: steady.arrive("other"))
    world.pages_after_fault(20)
    one = replace(scenario(steady=(HEALTHY,)), name="one")
    drill = world.drill(one, expectation(), points=Points(steady=steady))
    injected = drill.timeline.step("inject")
    assert injected is not None
    assert 30 <= injected - begin < 32
    assert drill.outcomes[0].judgement.state is State.MET


def test_one_that_finds_no_steady_state_does_not_hold_the_others_up(world: World) -> None:
    steady, recovered = Together(("one",)), Together(("one",))
    world.value = lambda: 0.0
    one = replace(scenario(steady=(HEALTHY,)), name="one")
    drill = world.drill(one, expectation(), points=Points(steady=steady, recovered=recovered))
    assert "no steady state" in drill.aborted
    assert steady.complete()
    assert recovered.complete()


def test_what_only_looks_begins_when_what_was_broken_is_repaired(world: World) -> None:
    recovered = Together(("one", "other"))
    begin = world.clock.now()
    world.clock.at(begin + 30, lambda: recovered.arrive("one"))
    world.clock.at(begin + 40, lambda: recovered.arrive("other"))
    drill = world.drill(scenario(), expectation(), points=Points(after=recovered))
    assert 40 <= drill.started - begin < 42
    assert (drill.timeline.step("inject") or 0) >= drill.started


def test_it_is_repaired_before_its_alert_has_cleared(world: World) -> None:
    recovered = Together(("one",))
    world.pages_after_fault(20)
    when: list[float] = []
    again = replace(scenario(), name="one", settle=50.0)
    for second in range(1, 200):
        world.clock.at(
            world.clock.now() + second,
            lambda: when.append(world.clock.now()) if recovered.complete() else None,
        )
    drill = world.drill(again, expectation(), points=Points(recovered=recovered))
    undone = drill.timeline.step("undo")
    assert undone is not None
    assert undone <= when[0] < undone + 5
    assert drill.finished > when[0] + 40


def test_a_condition_that_cannot_be_asked_is_not_steady(world: World) -> None:
    world.runtime.stop("prometheus")
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation())
    assert "prometheus does not answer" in drill.aborted
    assert world.runtime.diary == []


def test_all_conditions_must_hold_in_the_same_round(world: World) -> None:
    turns = iter(range(10_000))
    even = replace(HEALTHY, name="even", holds=lambda _: None if next(turns) % 2 else "odd")
    odd = replace(HEALTHY, name="odd", holds=lambda _: None if next(turns) % 2 else "even")
    drill = world.drill(scenario(steady=(even, odd)), expectation())
    assert "no steady state" in drill.aborted
    assert world.runtime.diary == []


def test_a_lacking_ability_is_unknown_and_nothing_is_asked_or_injected(world: World) -> None:
    world.runtime._able = {Ability.FAULT_PROXY: Able(ok=False, reason="no toxiproxy")}
    needing = replace(scenario(), needs=frozenset({Ability.FAULT_PROXY, Ability.ROOT}))
    drill = world.drill(needing, expectation())
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert drill.aborted == ("this machine lacks fault-proxy: no toxiproxy; root: not known here")
    assert world.runtime.diary == []
    assert world.asked == []


def test_what_is_ill_outside_the_radius_does_not_hold_the_drill_up(world: World) -> None:
    world.runtime.stop("database")
    world.pages_after_fault(20)
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.MET


def test_a_sink_that_could_not_be_asked_is_unknown_not_broken(world: World) -> None:
    world.pages_after_fault(20)
    both = scenario(Kill(workload="api"), Pause(workload="sink"))
    # it is never asked again after the undo: what it got while it hung stays unseen
    deaf = replace(arrivals.WATCH, every=1_000.0)
    drill = world.drill(both, replace(expectation(), watches=(deaf,)))
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert "could not be asked" in drill.outcomes[0].judgement.reason


def test_a_pending_expectation_holds_the_fault_until_the_time_is_up(world: World) -> None:
    over: list[bool] = []

    def judge(_timeline: Timeline, _now: float, last: bool) -> Judgement:  # noqa: FBT001
        over.append(last)
        return Judgement(state=State.BROKEN if last else State.PENDING, reason="")

    drill = world.drill(scenario(within=50), expectation(judge, ripe=lambda _: False))
    inject, undo = drill.timeline.step("inject"), drill.timeline.step("undo")
    assert inject is not None
    assert undo is not None
    assert undo - inject == pytest.approx(50, abs=1)
    assert over[-1] is True
    assert not any(over[:-1])


def test_an_expectation_that_cannot_ripen_never_prolongs_a_fault(world: World) -> None:
    def pending(_timeline: Timeline, _now: float, last: bool) -> Judgement:  # noqa: FBT001
        return Judgement(state=State.MET if last else State.PENDING, reason="")

    drill = world.drill(scenario(), expectation(pending, ripe=None))
    inject, undo = drill.timeline.step("inject"), drill.timeline.step("undo")
    assert inject is not None
    assert undo is not None
    assert undo - inject < 2
    assert drill.outcomes[0].judgement.state is State.MET


def test_one_that_is_already_broken_no_longer_prolongs_a_fault(world: World) -> None:
    world.pages_after_fault(20, receiver="unrouted")
    drill = world.drill(scenario(), expectation())
    undo, inject = drill.timeline.step("undo"), drill.timeline.step("inject")
    assert undo is not None
    assert inject is not None
    assert undo - inject < 25
    assert "also went to unrouted" in drill.outcomes[0].judgement.reason


def test_holds_and_pauses_are_kept_round_after_round(world: World) -> None:
    rounds = tuple(
        Injection(actions=(Pause(workload="api"),), hold=8.0, pause=10.0) for _ in range(3)
    )
    blips = replace(scenario(within=120), injections=rounds, settle=25.0)
    drill = world.drill(blips, expectation(ripe=None))
    moments = [each.at for each in drill.timeline.of(kind="step") if each.subject == "inject"]
    ends = [each.at for each in drill.timeline.of(kind="step") if each.subject == "undo"]
    assert [end - begin for begin, end in zip(moments, ends, strict=True)] == [8.0, 8.0, 8.0]
    assert [later - end for end, later in zip(ends, moments[1:], strict=False)] == [10.0, 10.0]
    assert drill.finished - ends[-1] >= 25


def test_a_fault_is_not_held_on_by_answers_that_take_long(world: World) -> None:
    def slowly() -> float:
        world.clock.sleep(3.0)
        return 1.0

    blip = Injection(actions=(Pause(workload="api"),), hold=8.0)
    watches = tuple(replace(UP, name=f"up {each}") for each in range(9))
    seen = replace(expectation(ripe=None), watches=watches)
    world.value = slowly
    drill = world.drill(replace(scenario(within=60), injections=(blip,)), seen)
    begin, end = (drill.timeline.step(each) or 0.0 for each in ("inject", "undo"))
    assert end - begin <= 8 + 3  # the answer that was under way


def test_the_drill_ends_in_time_even_when_something_stays_pending(world: World) -> None:
    def pending(_timeline: Timeline, _now: float, last: bool) -> Judgement:  # noqa: FBT001
        return Judgement(state=State.BROKEN if last else State.PENDING, reason="")

    drill = world.drill(scenario(within=40), expectation(pending, ripe=lambda _: True))
    assert drill.finished - drill.started == pytest.approx(40, abs=1)


def test_what_takes_longer_to_inject_than_the_drill_lasts_is_looked_at_nevertheless(
    world: World,
) -> None:
    def seen(timeline: Timeline, _now: float, last: bool) -> Judgement:  # noqa: FBT001
        found = any(each.at > begun for each in timeline.of(kind="answer"))
        state = State.MET if found else State.BROKEN if last else State.PENDING
        return Judgement(state=state, reason="")

    begun = world.clock.now()
    world.runtime.told.append(lambda _: world.clock.sleep(37))
    drill = world.drill(scenario(within=20), expectation(seen, ripe=lambda _: True))
    assert drill.outcomes[0].judgement.state is State.MET


def test_what_comes_back_only_after_its_time_is_looked_at_while_it_settles(world: World) -> None:
    def late(_timeline: Timeline, now: float, last: bool) -> Judgement:  # noqa: FBT001
        state = State.MET if now > begun + 45 else State.BLIND if last else State.PENDING
        return Judgement(state=state, reason="")

    begun = world.clock.now()
    world.runtime.told.append(lambda _: world.clock.sleep(37))
    slow = replace(scenario(within=20), settle=10.0)
    drill = world.drill(slow, expectation(late, ripe=lambda _: True))
    assert drill.outcomes[0].judgement.state is State.MET


def test_a_late_defect_comes_after_the_faults_actions_and_goes_before_them(
    world: World,
) -> None:
    control = Control(defect="covered", actions=(Pause(workload="sink"),), late=True)
    world.drill(scenario(within=5), expectation(), control=control)
    assert world.runtime.diary == [
        ("inject", "Kill"), ("inject", "Pause"), ("undo", "Pause"), ("undo", "Kill"),
    ]  # fmt: skip


def test_a_late_defect_may_come_ahead_of_the_faults_actions(world: World) -> None:
    control = Control(defect="blind", actions=(Pause(workload="sink"),), late=True, ahead=True)
    world.drill(scenario(within=5), expectation(), control=control)
    assert world.runtime.diary == [
        ("inject", "Pause"), ("inject", "Kill"), ("undo", "Kill"), ("undo", "Pause"),
    ]  # fmt: skip


def test_a_defect_that_cannot_be_planted_leaves_nothing_and_is_unknown(world: World) -> None:
    world.runtime.refuses = lambda action: isinstance(action, CutEdge)
    control = Control(
        defect="half of it",
        actions=(Pause(workload="sink"), CutEdge(source="api", target="database")),
    )
    drill = world.drill(scenario(), expectation(), control=control)
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert world.runtime.diary == [("inject", "Pause"), ("undo", "Pause")]


def test_watches_are_asked_since_the_start_and_at_their_own_pace(world: World) -> None:
    slow = replace(arrivals.WATCH, name="slow", every=10.0)
    world.drill(scenario(within=40), replace(expectation(), watches=(slow,)))
    asked = [each.path for each in world.asked]
    assert set(asked) == {"/arrivals?since=1000000.000"}
    assert len(asked) == pytest.approx(4, abs=1)


def test_what_came_before_all_was_well_is_not_asked_for(world: World) -> None:
    others = Together(("other",))
    world.clock.sleep(0.3)
    world.clock.at(world.clock.now() + 30, lambda: others.arrive("other"))
    drill = world.drill(scenario(within=5), expectation(), points=Points(steady=others))
    injected = drill.timeline.step("inject")
    assert injected is not None
    since = f"/arrivals?since={int(injected)}.000"  # a line that tells only its second is there
    after = [each for each in world.asked if each.path == since]
    assert after
    assert world.asked[-1] in after


def test_a_watch_may_ask_for_what_began_a_minute_before(world: World) -> None:
    before = replace(arrivals.WATCH, name="before", path="/arrivals?since=${earlier.us}")
    world.drill(scenario(within=5), replace(expectation(), watches=(before,)))
    assert {each.path for each in world.asked} == {"/arrivals?since=999940000000"}


def test_an_unreadable_answer_is_seen_as_blindness(world: World) -> None:
    broken = replace(
        arrivals.WATCH, parse=lambda _at, _body: (_ for _ in ()).throw(ValueError("no JSON"))
    )
    drill = world.drill(scenario(within=5), replace(expectation(), watches=(broken,)))
    blind = drill.timeline.of(kind="unreachable")
    assert blind
    assert blind[0].text == "unreadable answer: no JSON"
    assert blind[0].subject == "sink"


def test_say_is_told_of_every_step(world: World) -> None:
    told: list[tuple[str, str]] = []
    say: Callable[[str, str], None] = lambda step, text: told.append((step, text))  # noqa: E731
    world.pages_after_fault(20)
    run(
        scenario(),
        (expectation(),),
        world.runtime,
        clock=world.clock.now,
        sleep=world.clock.sleep,
        say=say,
    )
    assert told == [("steady", ""), ("inject", "Kill api"), ("undo", ""), ("recovered", "")]
