"""One drill: steady state first, then inject, watch, undo, and see it recover."""

import math
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from seatrial.contract.action import Kill, Pause, describe
from seatrial.contract.runtime import Phase, Runtime, RuntimeFailure
from seatrial.contract.scenario import (
    Control,
    Expectation,
    Injection,
    Judgement,
    Scenario,
    State,
    Steady,
    Watch,
)
from seatrial.contract.timeline import Observation, Timeline
from seatrial.drills.stop import Stop
from seatrial.drills.together import Points, Together
from seatrial.drills.undoing import Undoing
from seatrial.drills.watching import STEP, Watching, ask

STEADY_WITHIN = 90.0
RECOVER_WITHIN = 90.0
NOT_RECOVERED = "not recovered"
_ALONE = Points()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one expectation."""

    expectation: Expectation
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A scenario that was run.

    `aborted` is why nothing could be learned, `stuck` what is still injected and why; both may be
    empty.
    """

    scenario: Scenario
    outcomes: tuple[Outcome, ...]
    timeline: Timeline
    started: float
    finished: float
    waited: float
    aborted: str = ""
    stuck: str = ""


def run(
    scenario: Scenario,
    expectations: tuple[Expectation, ...],
    runtime: Runtime,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    say: Callable[[str, str], None] = lambda _step, _text: None,
    control: Control | None = None,
    stop: Stop | None = None,
    beside: tuple[Mapping[str, str], ...] = (),
    points: Points = _ALONE,
) -> Drill:
    """Run a scenario; with a control, its defect is planted first and undone last.

    `beside` are the labels of alerts that drills running at the same time expect to page: they are
    noted in the timeline (kind `beside`), so that no judge takes them for this fault's. `points`
    are where it waits for those beside it, or they for it.

    Whatever was injected is undone before this returns, also when it raises.
    """
    watching = Watching(
        runtime=runtime,
        clock=clock,
        sleep=sleep,
        say=say,
        watches=_distinct(expectations),
        stop=stop or Stop(),
        since=clock(),
    )
    _await(points.after, watching)
    started = watching.since = clock()
    watching.timeline = watching.timeline.adding(
        Observation(at=started, source="drill", kind="beside", subject="alert", labels=each)
        for each in beside
    )
    undoing = Undoing(runtime=runtime)
    try:
        aborted = _prepare(scenario, watching, points.steady)
        if not aborted:
            aborted = _exercise(
                scenario, expectations, control, watching, undoing, recovered=points.recovered
            )
            undoing.again()  # also where it came to nothing
    finally:
        _arrive(points.recovered, scenario)
    now, stuck = clock(), undoing.stuck()
    outcomes = _outcomes(
        expectations, watching.timeline, now, aborted, stuck, controlled=control is not None
    )
    return Drill(
        scenario=scenario,
        outcomes=outcomes,
        timeline=watching.timeline,
        started=started,
        finished=now,
        waited=watching.waited,
        aborted=aborted,
        stuck=stuck,
    )


def _outcomes(
    expectations: tuple[Expectation, ...],
    timeline: Timeline,
    now: float,
    aborted: str,
    stuck: str,
    *,
    controlled: bool,
) -> tuple[Outcome, ...]:
    """What became of each; where nothing could be learned, each is unknown for that reason."""
    return tuple(
        Outcome(
            expectation=each,
            judgement=Judgement(state=State.BLIND, reason=aborted)
            if aborted
            else _final(each, timeline, now, stuck, controlled=controlled),
        )
        for each in expectations
    )


def _prepare(scenario: Scenario, watching: Watching, steady: Together | None) -> str:
    """See that the drill can begin, with all that are beside it; else why it cannot."""
    try:
        reason = _lacking(scenario, watching.runtime) or _steady(scenario.steady, watching)
    finally:
        _arrive(steady, scenario)  # also where it raises: the others wait for it
    if not reason:
        _await(steady, watching)
        # what came before is not of this fault; many lines tell no more than their second
        watching.since = math.floor(watching.clock())
    return reason


def _arrive(point: Together | None, scenario: Scenario) -> None:
    if point is not None:
        point.arrive(scenario.name)


def _await(point: Together | None, watching: Watching) -> None:
    while point is not None and not point.complete():
        watching.rest()


def _final(
    expectation: Expectation, timeline: Timeline, now: float, stuck: str, *, controlled: bool
) -> Judgement:
    """The last word: what was seen, unless the system did not come back from the fault.

    Then the fault broke more than it should, and with a planted defect nothing was learned.
    """
    judgement = expectation.judge(timeline, now, True)  # noqa: FBT003 - Judge's protocol
    ill = [each.text for each in timeline.of(kind="step") if each.subject == NOT_RECOVERED]
    if stuck:
        reason = f"what was injected could not be undone: {stuck}"
    elif ill:
        reason = f"it did not recover within {RECOVER_WITHIN:.0f} s of the undo: {ill[0]}"
    else:
        return judgement
    return replace(judgement, state=State.BLIND if controlled else State.BROKEN, reason=reason)


def _distinct(expectations: tuple[Expectation, ...]) -> tuple[Watch, ...]:
    found: dict[str, Watch] = {}
    for expectation in expectations:
        for watch in expectation.watches:
            found.setdefault(watch.name, watch)
    return tuple(found.values())


def _lacking(scenario: Scenario, runtime: Runtime) -> str:
    if not scenario.needs:
        return ""
    able = runtime.abilities()
    reasons = [
        f"{need.value}: {able[need].reason if need in able else 'not known here'}"
        for need in sorted(scenario.needs)
        if need not in able or not able[need].ok
    ]
    return f"this machine lacks {'; '.join(reasons)}" if reasons else ""


def _steady(conditions: tuple[Steady, ...], watching: Watching) -> str:
    """Wait until every condition holds in the same round; else say which does not."""
    deadline = watching.clock() + STEADY_WITHIN
    while True:
        reasons = []
        for each in conditions:
            seen = ask(watching.runtime, each.watch, watching.since, watching.clock())
            blind = [one for one in seen if one.kind == "unreachable"]
            reason = blind[0].text if blind else each.holds(seen)
            if reason:
                reasons.append(f"{each.name}: {reason}")
        if not reasons:
            watching.step("steady")
            return ""
        if watching.clock() >= deadline:
            return f"no steady state within {STEADY_WITHIN:.0f} s ({'; '.join(reasons)})"
        watching.rest(2 * STEP)


def _exercise(
    scenario: Scenario,
    expectations: tuple[Expectation, ...],
    control: Control | None,
    watching: Watching,
    undoing: Undoing,
    *,
    recovered: Together | None,
) -> str:
    with ExitStack() as undos:
        try:
            if control and not control.late:
                undoing.plant(control.actions, undos)
                watching.step("defect planted", text=control.defect)
                watching.rest(control.settle)
            deadline = watching.clock() + scenario.within
            for injection in scenario.injections:
                _inject(_with_late(injection, control), expectations, watching, undoing, deadline)
            undoing.again()
            _recover(scenario, watching, _withheld(control))
            undoing.again()  # what became ready only now
            _arrive(recovered, scenario)
            _finish(scenario, expectations, watching, deadline, controlled=control is not None)
        except RuntimeFailure as failure:
            return f"the fault could not be carried out: {failure.summary}"
    return ""


def _with_late(injection: Injection, control: Control | None) -> Injection:
    if control is None or not control.late:
        return injection
    order = (injection.actions, control.actions)
    first, then = reversed(order) if control.ahead else order
    return replace(injection, actions=(*first, *then))


def _inject(
    injection: Injection,
    expectations: tuple[Expectation, ...],
    watching: Watching,
    undoing: Undoing,
    deadline: float,
) -> None:
    begun = watching.clock()
    watching.step("inject", begun, ", ".join(describe(each) for each in injection.actions))
    with ExitStack() as undos:
        undos.callback(watching.step, "undo")
        seen = undoing.plant(injection.actions, undos)
        watching.timeline = watching.timeline.adding(seen)
        until = deadline if injection.hold is None else begun + injection.hold
        while watching.clock() < until:
            watching.poll(until)
            lasted = watching.clock() - begun >= injection.least
            if injection.hold is None and lasted and _decided(expectations, watching):
                break
            watching.rest()
    pause_until = watching.clock() + injection.pause
    while watching.clock() < pause_until:
        watching.poll()
        watching.rest()


def _decided(expectations: tuple[Expectation, ...], watching: Watching) -> bool:
    """Whether the fault need not last longer: each expectation is ripe or already judged.

    One without `ripe` decides only at the end, and never prolongs a fault.
    """
    now = watching.clock()
    for each in expectations:
        if each.ripe is None or each.ripe(watching.timeline):
            continue
        state = each.judge(watching.timeline, now, False).state  # noqa: FBT003 - Judge's protocol
        if state is State.PENDING:
            return False
    return True


def _withheld(control: Control | None) -> frozenset[str]:
    """What a planted defect keeps ill until the very end."""
    if control is None:
        return frozenset()
    struck = (each.workload for each in control.actions if isinstance(each, Kill | Pause))
    return control.ill.union(struck)


def _recover(scenario: Scenario, watching: Watching, withheld: frozenset[str]) -> None:
    """Wait until everything in the radius is ready again, or note what is not."""
    deadline = watching.clock() + RECOVER_WITHIN
    while True:
        ill = [
            f"{each.workload} is {each.phase}"
            for each in watching.runtime.status()
            if each.phase is not Phase.READY
            and each.workload not in withheld
            and (each.workload in scenario.radius or "*" in scenario.radius)
        ]
        if not ill:
            watching.step("recovered")
            return
        if watching.clock() >= deadline:
            watching.step(NOT_RECOVERED, text=", ".join(ill))
            return
        watching.poll()
        watching.rest()


def _finish(
    scenario: Scenario,
    expectations: tuple[Expectation, ...],
    watching: Watching,
    deadline: float,
    *,
    controlled: bool,
) -> None:
    """Look until all is judged, in the drill's time, and while it settles in any case.

    What was slow to inject, or to come back, must be looked at, too.
    """
    settled = watching.clock() + scenario.settle
    deadline = max(deadline, settled)
    awaited = tuple(each for each in expectations if each.ripe is not None)
    pending = partial(_pending, watching=watching, settled=settled, controlled=controlled)
    while True:
        watching.poll()
        now = watching.clock()
        over = now >= settled
        if over and not any(pending(each, now) for each in awaited):
            return
        if now >= deadline:
            return
        watching.rest()


def _pending(
    expectation: Expectation, now: float, *, watching: Watching, settled: float, controlled: bool
) -> bool:
    """Whether more may still decide it, in a drill that settled at this instant.

    What is judged at the end is decided when it would be met if the drill were over, as all of its
    watches have seen it since: until then it is the drill's time to see otherwise. With a planted
    defect it must not be met, and has all the time that there is.
    """
    judge = expectation.judge
    if judge(watching.timeline, now, False).state is not State.PENDING:  # noqa: FBT003 - Judge
        return False
    if (
        not expectation.at_end
        or controlled
        or any(watching.answered.get(each.name, 0.0) < settled for each in expectation.watches)
    ):
        return True
    return judge(watching.timeline, now, True).state is not State.MET  # noqa: FBT003 - Judge
