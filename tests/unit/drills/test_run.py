"""One drill on a runtime in memory: its steps, their order, and that nothing stays injected."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from seatrial.capabilities.alerting import arrivals
from seatrial.capabilities.alerting.judges import Wanted, paged, ripe
from seatrial.contract.action import Action, Crash, CutEdge, Kill, Pause, Request
from seatrial.contract.runtime import Able, Injected, RuntimeFailure, StillInjected
from seatrial.contract.scenario import (
    Ability,
    Control,
    Expectation,
    Injection,
    Judge,
    Judgement,
    Scenario,
    State,
    Steady,
    Watch,
)
from seatrial.contract.timeline import Timeline
from seatrial.drills.run import STEADY_WITHIN, run
from seatrial.drills.together import Together
from seatrial.drills.watching import Interrupted
from seatrial.engines.prometheus import query
from seatrial.runtimes.memory import MemoryRuntime

if TYPE_CHECKING:
    from conftest import World

UP = Watch(
    name="up",
    workload="prometheus",
    port="http",
    path=query.instant("up"),
    parse=query.samples("up"),
)
HEALTHY = Steady(
    name="targets", watch=UP, holds=lambda seen: None if seen[0].value == 1 else "one is down"
)
WANTED = Wanted(
    labels={"alertname": "ServiceDown", "service": "api"},
    receiver="platform-page",
    target=60.0,
)
NO_CONTROL = Control(defect="none", actions=())


def scenario(*actions: Action, steady: tuple[Steady, ...] = (), within: float = 90) -> Scenario:
    return Scenario(
        name="service-down-api",
        question="Does its owner know?",
        injections=(Injection(actions=actions or (Kill(workload="api"),)),),
        radius=frozenset({"api"}),
        within=within,
        steady=steady,
    )


def expectation(judge: Judge | None = None, **more: object) -> Expectation:
    fields: dict[str, object] = {"ripe": ripe(WANTED), **more}
    return Expectation(
        name="page/api",
        scenario="service-down-api",
        requirements=("R03.1",),
        summary="the page arrives",
        watches=(arrivals.WATCH,),
        judge=judge or paged(WANTED),
        control=NO_CONTROL,
        **fields,  # type: ignore[arg-type]
    )


def steps(timeline: Timeline) -> list[str]:
    return [each.subject for each in timeline.of(source="drill", kind="step")]


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


def test_a_page_that_never_comes_is_broken_and_the_fault_is_undone(world: World) -> None:
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN
    assert "did not reach platform-page" in drill.outcomes[0].judgement.reason
    assert world.runtime.injected() == ()


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
    together = Together(2)
    begin = world.clock.now()
    world.clock.at(begin + 30, together.arrive)  # the other one
    world.pages_after_fault(20)
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation(), together=together)
    injected = drill.timeline.step("inject")
    assert injected is not None
    assert 30 <= injected - begin < 32
    assert drill.outcomes[0].judgement.state is State.MET


def test_one_that_finds_no_steady_state_does_not_hold_the_others_up(world: World) -> None:
    together = Together(1)
    world.value = lambda: 0.0
    drill = world.drill(scenario(steady=(HEALTHY,)), expectation(), together=together)
    assert "no steady state" in drill.aborted
    assert together.complete()


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


def _raising(error: BaseException) -> Judge:
    def judge(timeline: Timeline, _now: float, _over: bool) -> Judgement:  # noqa: FBT001
        if timeline.step("inject") is None:
            return Judgement(state=State.PENDING, reason="")
        raise error

    return judge


@pytest.mark.parametrize("error", [RuntimeError("a judge's bug"), KeyboardInterrupt()])
def test_what_is_injected_is_undone_when_a_judge_raises(world: World, error: BaseException) -> None:
    control = Control(defect="the route is gone", actions=(Pause(workload="database"),))
    both = scenario(Kill(workload="api"), CutEdge(source="api", target="database"))
    with pytest.raises(type(error)):
        world.drill(both, expectation(_raising(error)), control=control)
    assert world.runtime.injected() == ()
    assert world.runtime.diary == [
        ("inject", "Pause"), ("inject", "Kill"), ("inject", "CutEdge"),
        ("undo", "CutEdge"), ("undo", "Kill"), ("undo", "Pause"),
    ]  # fmt: skip


def test_what_is_injected_is_undone_on_ctrl_c_while_waiting(world: World) -> None:
    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    world.clock.at(world.clock.now() + 10, interrupt)
    with pytest.raises(KeyboardInterrupt):
        world.drill(scenario(), expectation())
    assert world.runtime.diary == [("inject", "Kill"), ("undo", "Kill")]


def test_a_run_that_is_stopped_undoes_and_says_so(world: World) -> None:
    stop = threading.Event()
    world.clock.at(world.clock.now() + 10, stop.set)
    with pytest.raises(Interrupted):
        run(
            scenario(),
            (expectation(),),
            world.runtime,
            clock=world.clock.now,
            sleep=world.clock.sleep,
            stop=stop,
        )
    assert world.runtime.diary == [("inject", "Kill"), ("undo", "Kill")]


def test_a_fault_that_cannot_be_carried_out_is_unknown_and_its_half_is_undone(
    world: World,
) -> None:
    world.runtime.refuses = lambda action: isinstance(action, CutEdge)
    both = scenario(Kill(workload="api"), CutEdge(source="api", target="database"))
    drill = world.drill(both, expectation())
    assert drill.aborted == "the fault could not be carried out: the proxy refuses"
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert world.runtime.diary == [("inject", "Kill"), ("undo", "Kill")]


def _never_recovers(world: World) -> None:
    """Somebody else's fault on the same thing: the drill's own undo does not end it."""

    def stop(action: Action) -> None:
        if isinstance(action, Kill):
            world.runtime.stop("api")

    world.runtime.told.append(stop)


def test_what_does_not_recover_is_broken_even_when_it_paged(world: World) -> None:
    world.pages_after_fault(20)
    _never_recovers(world)
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN
    assert "did not recover within 90 s" in drill.outcomes[0].judgement.reason
    assert "api is absent" in drill.outcomes[0].judgement.reason
    assert steps(drill.timeline)[-1] == "not recovered"


def test_a_fault_that_cannot_be_undone_is_broken_and_said(world: World) -> None:
    world.pages_after_fault(20)
    world.runtime.keeps = lambda _: True
    drill = world.drill(scenario(), expectation())
    assert drill.stuck == "Kill api: api was not ready within 30 s"
    judgement = drill.outcomes[0].judgement
    assert judgement.state is State.BROKEN
    assert judgement.reason == f"what was injected could not be undone: {drill.stuck}"
    assert {each.value for each in judgement.figures} == {20.0}  # what was seen is kept


def test_a_fault_of_which_half_is_in_place_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inject(_action: Action) -> Injected:
        raise StillInjected(RuntimeFailure("the engine is gone"), "7")

    monkeypatch.setattr(world.runtime, "inject", inject)
    monkeypatch.setattr(world.runtime, "undo", lambda _identity: inject(Kill(workload="api")))
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert drill.aborted == "the fault could not be carried out: the engine is gone"
    assert drill.stuck == "Kill api: the engine is gone"


def test_an_undo_that_fails_keeps_no_other_from_its_own(world: World) -> None:
    world.runtime.keeps = lambda action: isinstance(action, CutEdge)
    both = scenario(Kill(workload="api"), CutEdge(source="api", target="database"))
    drill = world.drill(both, expectation())
    assert drill.stuck.startswith("CutEdge api")
    assert [type(each) for each in world.runtime.injected()] == [CutEdge]


def test_a_service_that_starts_slowly_is_not_lost(world: World) -> None:
    world.pages_after_fault(20)
    tries: list[Action] = []

    def once(action: Action) -> bool:
        tries.append(action)
        return len(tries) == 1

    world.runtime.keeps = once
    drill = world.drill(scenario(), expectation())
    assert len(tries) == 2
    assert drill.stuck == ""
    assert drill.outcomes[0].judgement.state is State.MET


def test_a_control_whose_fault_stays_shows_nothing(world: World) -> None:
    world.pages_after_fault(20)
    world.runtime.keeps = lambda _: True
    control = Control(defect="the database hangs", actions=(Pause(workload="database"),))
    drill = world.drill(scenario(), expectation(), control=control)
    assert drill.outcomes[0].judgement.state is State.BLIND
    assert "Pause database" in drill.stuck


def test_a_control_that_does_not_recover_shows_nothing(world: World) -> None:
    _never_recovers(world)
    control = Control(defect="the database hangs", actions=(Pause(workload="database"),))
    drill = world.drill(scenario(), expectation(), control=control)
    assert drill.outcomes[0].judgement.state is State.BLIND


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


def test_the_drill_ends_in_time_even_when_something_stays_pending(world: World) -> None:
    def pending(_timeline: Timeline, _now: float, last: bool) -> Judgement:  # noqa: FBT001
        return Judgement(state=State.BROKEN if last else State.PENDING, reason="")

    drill = world.drill(scenario(within=40), expectation(pending, ripe=lambda _: True))
    assert drill.finished - drill.started == pytest.approx(40, abs=1)


def test_a_defect_is_planted_before_the_fault_and_undone_after_it(world: World) -> None:
    control = Control(defect="the route leads elsewhere", actions=(Pause(workload="database"),))

    def page(action: Action) -> None:
        if isinstance(action, Kill):
            planted = any(isinstance(each, Pause) for each in world.runtime.injected())
            world.pages(20, receiver="unrouted" if planted else "platform-page")

    world.runtime.told.append(page)
    drill = world.drill(scenario(), expectation(), control=control)
    assert steps(drill.timeline)[:3] == ["steady", "defect planted", "inject"]
    assert world.runtime.diary == [
        ("inject", "Pause"), ("inject", "Kill"), ("undo", "Kill"), ("undo", "Pause"),
    ]  # fmt: skip
    assert drill.outcomes[0].judgement.state is State.BROKEN
    world.arrivals.clear()
    healthy = world.drill(scenario(), expectation())
    assert healthy.outcomes[0].judgement.state is State.MET


def test_a_late_defect_comes_after_the_faults_actions_and_goes_before_them(
    world: World,
) -> None:
    control = Control(defect="covered", actions=(Pause(workload="sink"),), late=True)
    world.drill(scenario(within=5), expectation(), control=control)
    assert world.runtime.diary == [
        ("inject", "Kill"), ("inject", "Pause"), ("undo", "Pause"), ("undo", "Kill"),
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


def test_a_request_is_undone_by_its_own_request(world: World) -> None:
    listen = Request(workload="sink", port="http", method="DELETE", path="/deaf")
    deafen = Request(workload="sink", port="http", method="POST", path="/deaf", undo=listen)
    world.drill(scenario(deafen, within=5), expectation())
    sent = [(each.method, each.path) for each in world.asked if each.path == "/deaf"]
    assert sent == [("POST", "/deaf"), ("DELETE", "/deaf")]


def test_watches_are_asked_since_the_start_and_at_their_own_pace(world: World) -> None:
    slow = replace(arrivals.WATCH, name="slow", every=10.0)
    world.drill(scenario(within=40), replace(expectation(), watches=(slow,)))
    asked = [each.path for each in world.asked]
    assert set(asked) == {"/arrivals?since=1000000.000"}
    assert len(asked) == pytest.approx(4, abs=1)


def test_an_unreadable_answer_is_seen_as_blindness(world: World) -> None:
    broken = replace(
        arrivals.WATCH, parse=lambda _at, _body: (_ for _ in ()).throw(ValueError("no JSON"))
    )
    drill = world.drill(scenario(within=5), replace(expectation(), watches=(broken,)))
    blind = drill.timeline.of(kind="unreachable")
    assert blind
    assert blind[0].text == "unreadable answer: no JSON"
    assert blind[0].subject == "sink"


def test_an_action_that_undoes_itself_is_not_kept(world: World) -> None:
    drill = world.drill(scenario(Crash(workload="api"), within=5), expectation())
    assert world.runtime.injected() == ()
    assert steps(drill.timeline)[-1] == "recovered"


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


def test_one_undo_that_fails_does_not_keep_the_others_from_being_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo = MemoryRuntime.undo

    def failing(self: MemoryRuntime, injected: str) -> None:
        cut = isinstance(self._faults.get(injected), CutEdge)
        if cut:
            del self._faults[injected]
            message = "the proxy is gone"
            raise RuntimeError(message)
        undo(self, injected)

    monkeypatch.setattr(MemoryRuntime, "undo", failing)
    both = scenario(Kill(workload="api"), CutEdge(source="api", target="database"), within=5)
    with pytest.raises(RuntimeError):
        world.drill(both, expectation())
    assert world.runtime.injected() == ()
