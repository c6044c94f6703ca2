"""Nothing stays injected, whatever happens in a drill; and what stays is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest
from trials import expectation, scenario, steps

from seatrial.contract.action import Action, Crash, CutEdge, Kill, Pause, Request
from seatrial.contract.runtime import Injected, RuntimeFailure, StillInjected
from seatrial.contract.scenario import (
    Control,
    Judge,
    Judgement,
    State,
)
from seatrial.contract.timeline import Observation, Timeline
from seatrial.drills.run import run
from seatrial.drills.stop import Stop
from seatrial.drills.watching import Interrupted
from seatrial.runtimes.memory import MemoryRuntime

if TYPE_CHECKING:
    from conftest import World


def test_a_page_that_never_comes_is_broken_and_the_fault_is_undone(world: World) -> None:
    drill = world.drill(scenario(), expectation())
    assert drill.outcomes[0].judgement.state is State.BROKEN
    assert "did not reach platform-page" in drill.outcomes[0].judgement.reason
    assert world.runtime.injected() == ()


def _raising(error: BaseException) -> Judge:
    def judge(timeline: Timeline, _now: float, _over: bool) -> Judgement:  # noqa: FBT001
        if timeline.step("inject") is None:
            return Judgement(state=State.PENDING, reason="")
        raise error

    return judge


def test_what_an_action_itself_has_seen_is_in_the_timeline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = world.runtime.inject

    def inject(action: Action) -> Injected:
        seen = Observation(at=world.clock.now(), source="page", kind="followed", subject="restore")
        return replace(plain(action), seen=(seen,))

    monkeypatch.setattr(world.runtime, "inject", inject)
    drill = world.drill(scenario(), expectation())
    assert [each.subject for each in drill.timeline.of(kind="followed")] == ["restore"]


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
    stop = Stop()
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


def test_a_request_is_undone_by_its_own_request(world: World) -> None:
    listen = Request(workload="sink", port="http", method="DELETE", path="/deaf")
    deafen = Request(workload="sink", port="http", method="POST", path="/deaf", undo=listen)
    world.drill(scenario(deafen, within=5), expectation())
    sent = [(each.method, each.path) for each in world.asked if each.path == "/deaf"]
    assert sent == [("POST", "/deaf"), ("DELETE", "/deaf")]


def test_an_action_that_undoes_itself_is_not_kept(world: World) -> None:
    drill = world.drill(scenario(Crash(workload="api"), within=5), expectation())
    assert world.runtime.injected() == ()
    assert steps(drill.timeline)[-1] == "recovered"


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
