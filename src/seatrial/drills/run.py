"""One drill: steady state first, then inject, watch, undo, and see it recover."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from seatrial.contract.action import Action, Kill, Pause, describe
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

STEADY_WITHIN = 90.0
RECOVER_WITHIN = 90.0
STEP = 0.25
NOT_RECOVERED = "not recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one expectation."""

    expectation: Expectation
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A scenario that was run. `aborted` is why nothing could be learned, or empty."""

    scenario: Scenario
    outcomes: tuple[Outcome, ...]
    timeline: Timeline
    started: float
    finished: float
    waited: float
    aborted: str = ""


@dataclass(kw_only=True)
class _Watching:
    """The growing timeline of one drill, and when each watch is due."""

    runtime: Runtime
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str, str], None]
    watches: tuple[Watch, ...]
    stop: threading.Event
    since: float
    timeline: Timeline = field(default_factory=Timeline)
    due: dict[str, float] = field(default_factory=dict)
    waited: float = 0.0

    def step(self, name: str, at: float | None = None, text: str = "") -> None:
        """Note a step of the drill itself."""
        moment = self.clock() if at is None else at
        self.say(name, text)
        self.timeline = self.timeline.adding(
            (Observation(at=moment, source="drill", kind="step", subject=name, text=text),)
        )

    def poll(self) -> None:
        """Ask every watch that is due."""
        for watch in self.watches:
            now = self.clock()
            if now >= self.due.get(watch.name, 0.0):
                self.due[watch.name] = now + watch.every
                self.timeline = self.timeline.adding(ask(self.runtime, watch, self.since, now))

    def rest(self, seconds: float = STEP) -> None:
        """Wait a little; raises Interrupted when the run is being stopped."""
        if self.stop.is_set():
            raise Interrupted
        self.sleep(seconds)
        self.waited += seconds


class Interrupted(Exception):  # noqa: N818 - a request, not an error
    """The run is being stopped; what is injected is undone on the way out."""


def ask(runtime: Runtime, watch: Watch, since: float, now: float) -> tuple[Observation, ...]:
    """One poll of a watch; a failure is an observation of kind `unreachable`."""
    path = watch.path.replace("${since}", f"{since:.3f}")
    try:
        answer = runtime.request("GET", watch.workload, watch.port, path)
        if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
            return (_unreachable(watch, now, f"HTTP {answer.status}"),)
        return watch.parse(now, answer.body)
    except RuntimeFailure as failure:
        return (_unreachable(watch, now, failure.summary),)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return (_unreachable(watch, now, f"unreadable answer: {error}"),)


def _unreachable(watch: Watch, at: float, text: str) -> Observation:
    return Observation(
        at=at, source=watch.name, kind="unreachable", subject=watch.workload, text=text
    )


def run(
    scenario: Scenario,
    expectations: tuple[Expectation, ...],
    runtime: Runtime,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    say: Callable[[str, str], None] = lambda _step, _text: None,
    control: Control | None = None,
    stop: threading.Event | None = None,
    beside: tuple[Mapping[str, str], ...] = (),
) -> Drill:
    """Run a scenario; with a control, its defect is planted first and undone last.

    `beside` are the labels of alerts that drills running at the same time expect to page: they are
    noted in the timeline (kind `beside`), so that no judge takes them for this fault's.

    Whatever was injected is undone before this returns, also when it raises.
    """
    started = clock()
    watching = _Watching(
        runtime=runtime,
        clock=clock,
        sleep=sleep,
        say=say,
        watches=_distinct(expectations),
        stop=stop or threading.Event(),
        since=started,
    )
    watching.timeline = watching.timeline.adding(
        Observation(at=started, source="drill", kind="beside", subject="alert", labels=each)
        for each in beside
    )
    lacking = _lacking(scenario, runtime)
    aborted = lacking or _steady(scenario.steady, watching)
    if not aborted:
        aborted = _exercise(scenario, expectations, control, watching)
    now = clock()
    outcomes = tuple(
        Outcome(
            expectation=each,
            judgement=Judgement(state=State.BLIND, reason=aborted)
            if aborted
            else _final(each, watching.timeline, now, controlled=control is not None),
        )
        for each in expectations
    )
    return Drill(
        scenario=scenario,
        outcomes=outcomes,
        timeline=watching.timeline,
        started=started,
        finished=now,
        waited=watching.waited,
        aborted=aborted,
    )


def _final(
    expectation: Expectation, timeline: Timeline, now: float, *, controlled: bool
) -> Judgement:
    """The last word: what was seen, unless the system did not come back after the undo.

    Then the fault broke more than it should, and with a planted defect nothing was learned.
    """
    judgement = expectation.judge(timeline, now, True)  # noqa: FBT003 - Judge's protocol
    stuck = [each.text for each in timeline.of(kind="step") if each.subject == NOT_RECOVERED]
    if not stuck:
        return judgement
    reason = f"it did not recover within {RECOVER_WITHIN:.0f} s of the undo: {stuck[0]}"
    state = State.BLIND if controlled else State.BROKEN
    return replace(judgement, state=state, reason=reason)


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


def _steady(conditions: tuple[Steady, ...], watching: _Watching) -> str:
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
        watching.rest(1.0)


def _exercise(
    scenario: Scenario,
    expectations: tuple[Expectation, ...],
    control: Control | None,
    watching: _Watching,
) -> str:
    with ExitStack() as undos:
        try:
            if control and not control.late:
                _plant(control.actions, watching, undos)
                watching.step("defect planted", text=control.defect)
                watching.rest(control.settle)
            deadline = watching.clock() + scenario.within
            for injection in scenario.injections:
                _inject(_with_late(injection, control), expectations, watching, deadline)
            _recover(scenario, watching, _withheld(control))
            _finish(scenario, expectations, watching, deadline)
        except RuntimeFailure as failure:
            return f"the fault could not be carried out: {failure.summary}"
    return ""


def _plant(actions: tuple[Action, ...], watching: _Watching, undos: ExitStack) -> None:
    """Inject one after the other; what is in place is undone, the newest first, come what may."""
    for action in actions:
        undos.callback(watching.runtime.undo, watching.runtime.inject(action).id)


def _with_late(injection: Injection, control: Control | None) -> Injection:
    if control is None or not control.late:
        return injection
    return replace(injection, actions=(*injection.actions, *control.actions))


def _inject(
    injection: Injection,
    expectations: tuple[Expectation, ...],
    watching: _Watching,
    deadline: float,
) -> None:
    begun = watching.clock()
    watching.step("inject", begun, ", ".join(describe(each) for each in injection.actions))
    with ExitStack() as undos:
        undos.callback(watching.step, "undo")
        _plant(injection.actions, watching, undos)
        until = deadline if injection.hold is None else begun + injection.hold
        while watching.clock() < until:
            watching.poll()
            lasted = watching.clock() - begun >= injection.least
            if injection.hold is None and lasted and _decided(expectations, watching):
                break
            watching.rest()
    pause_until = watching.clock() + injection.pause
    while watching.clock() < pause_until:
        watching.poll()
        watching.rest()


def _decided(expectations: tuple[Expectation, ...], watching: _Watching) -> bool:
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
    actions = control.actions if control is not None else ()
    return frozenset(each.workload for each in actions if isinstance(each, Kill | Pause))


def _recover(scenario: Scenario, watching: _Watching, withheld: frozenset[str]) -> None:
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
    watching: _Watching,
    deadline: float,
) -> None:
    settled = watching.clock() + scenario.settle
    while watching.clock() < deadline:
        watching.poll()
        now = watching.clock()
        pending = any(
            each.judge(watching.timeline, now, False).state is State.PENDING  # noqa: FBT003
            for each in expectations
            if each.ripe is not None
        )
        if now >= settled and not pending:
            return
        watching.rest()
