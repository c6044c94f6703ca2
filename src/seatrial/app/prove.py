"""Prove: batches of drills, side by side where their radii do not meet.

The order of steps only: freshen, run, collect. What was seen becomes evidence in
`app/evidence.py`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from seatrial.app.freshen import freshen
from seatrial.app.plan import Plan
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.drills.batch import rounds
from seatrial.drills.run import Drill, run
from seatrial.drills.stop import Stop
from seatrial.drills.together import Points, Together
from seatrial.system.suggest import Suggester


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A drill, what history was seeded for it, and whether a control was planted."""

    drill: Drill
    seeded: str
    control: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as the drills see it."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


class NoSuchScenario(Exception):  # noqa: N818 - bad input, not a failure
    """No scenario was chosen; the text says why, and which there are."""


Say = Callable[[str, str, str], None]  # scenario, step, text


def _named(say: Say, name: str) -> Callable[[str, str], None]:
    return lambda step, text: say(name, step, text)


def chosen(planned: Plan, *, quick: bool, only: Iterable[str] = ()) -> tuple[Scenario, ...]:
    """The scenarios to run: all, the quick ones, or those whose names begin so."""
    wanted = tuple(only)
    return tuple(
        each
        for each in planned.scenarios()
        if (each.quick or not quick)
        and (not wanted or any(each.name.startswith(name) for name in wanted))
    )


def controlled(
    planned: Plan, scenarios: tuple[Scenario, ...], only: Iterable[str] = ()
) -> tuple[Expectation, ...]:
    """The expectations whose defects are planted: all, or those of names that begin so.

    A name is a scenario's or, to plant one defect, an expectation's (`page/service-down-api`).
    """
    wanted = tuple(only)
    return tuple(
        each
        for each in planned.expectations(scenarios)
        if not wanted or each.scenario.startswith(wanted) or each.name.startswith(wanted)
    )


def no_such_scenario(planned: Plan, *, quick: bool, only: Iterable[str]) -> NoSuchScenario:
    """Why `chosen` found nothing."""
    names = ", ".join(only)
    if quick and chosen(planned, quick=False, only=only):
        return NoSuchScenario(f"{names} is not among the quick ones; leave --quick out")
    there = tuple(each.name for each in planned.scenarios())
    cure = Suggester().cure(names, there, f"there are {', '.join(there)}")
    return NoSuchScenario(f"no scenario begins with {names}; {cure}")


def drill_all(
    planned: Plan,
    runtime: Runtime,
    scenarios: tuple[Scenario, ...],
    attached: tuple[Expectation, ...],
    *,
    clock: Clock,
    say: Say,
    stop: Stop,
    done: Callable[[Proven], None],
) -> None:
    """Run every scenario with those of the expectations that are of it; `done`: as each ends."""
    for number, each in enumerate(rounds(scenarios)):
        seeded = _fresh(planned, runtime, each.batch, number, clock=clock, say=say)
        names = [one.name for one in each.batch]

        def drilled(
            scenario: Scenario,
            points: Points,
            names: Sequence[str] = names,
            seeded: str = seeded,
        ) -> None:
            drill = run(
                scenario,
                tuple(one for one in attached if one.scenario == scenario.name),
                runtime,
                clock=clock.now,
                sleep=clock.sleep,
                say=_named(say, scenario.name),
                stop=stop,
                beside=_beside(attached, {*names} - {scenario.name}),
                points=points,
            )
            done(Proven(drill=drill, seeded=seeded))
            _go_on(drill)

        beside = Points(steady=Together(names), recovered=Together(names))
        later = Points(after=beside.recovered)

        def looked(looks: tuple[Scenario, ...] = each.looks, later: Points = later) -> None:
            for one in looks:
                drilled(one, later)

        _side_by_side((*(partial(drilled, one, beside) for one in each.batch), looked), stop)


def _beside(
    attached: Iterable[Expectation], others: Collection[str]
) -> tuple[Mapping[str, str], ...]:
    """The labels of alerts that these scenarios expect to page."""
    return tuple(labels for each in attached if each.scenario in others for labels in each.expects)


def control_all(
    planned: Plan,
    runtime: Runtime,
    expectations: tuple[Expectation, ...],
    *,
    clock: Clock,
    say: Say,
    stop: Stop,
    done: Callable[[Proven], None],
) -> None:
    """Run each expectation alone, with its defect planted; one after the other.

    A defect changes what all share (routes, rules), so that controls never run side by side.
    """
    by_name = {each.name: each for each in planned.scenarios()}
    for number, expectation in enumerate(expectations):
        scenario = by_name[expectation.scenario]
        seeded = _fresh(planned, runtime, (scenario,), number, clock=clock, say=say)
        drill = run(
            scenario,
            (expectation,),
            runtime,
            clock=clock.now,
            sleep=clock.sleep,
            say=_named(say, expectation.name),
            control=expectation.control,
            stop=stop,
        )
        done(Proven(drill=drill, seeded=seeded, control=expectation))
        _go_on(drill)


def _go_on(drill: Drill) -> None:
    """No further drill on a system that still bears a fault. Raises RuntimeFailure."""
    if drill.stuck:
        raise RuntimeFailure(
            f"{drill.scenario.name}: what was injected could not be undone: {drill.stuck}",
            "look at `seatrial status`, then run `seatrial undo`; what was shown so far is kept",
        )


def _fresh(
    planned: Plan,
    runtime: Runtime,
    batch: tuple[Scenario, ...],
    number: int,
    *,
    clock: Clock,
    say: Say,
) -> str:
    """Fresh state, where anything is injected that needs it; else what is there is looked at."""
    if not any(each.injections and each.fresh for each in batch):
        return ""
    say(", ".join(each.name for each in batch), "prepare", "fresh alerting state, seeded history")
    label = f"{int(clock.now())}-{number}"
    return freshen(planned, runtime, label=label, clock=clock.now)


def _side_by_side(drills: Sequence[Callable[[], None]], stop: Stop) -> None:
    with ThreadPoolExecutor(max_workers=len(drills)) as pool:
        futures = [pool.submit(each) for each in drills]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:  # the others must undo what they injected
            stop.set()
            raise
