"""Which drills an exercise runs. Pure."""

from seatrial.app import documented
from seatrial.app.plan import Plan
from seatrial.app.unclear import Unclear
from seatrial.capabilities.continuity.judging import recovers
from seatrial.contract.action import Kill
from seatrial.contract.exercise import BROKEN_RUNGS, Exercise, Planned, Rung
from seatrial.contract.scenario import EVERYTHING, Expectation, Scenario
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import regions


def planned_as(planned: Plan, exercise: Exercise) -> Planned:
    """What is to be done. Raises Unclear where a drill is named that there is not."""
    every = planned.scenarios()
    attached = planned.expectations(every)
    drills = _drilled(planned, exercise, every, attached)
    run = frozenset((exercise.begin, exercise.end, *(each.name for each in drills)))
    return Planned(
        name=exercise.name,
        rung=exercise.rung,
        takes_part=exercise.takes_part,
        informs=exercise.informs,
        cards=exercise.cards,
        scenarios=tuple(each.name for each in drills),
        begin=exercise.begin,
        end=exercise.end,
        wide=tuple(each.name for each in drills if _loses_a_region(planned, each)),
        regions=exercise.regions,
        lines=documented.followed(planned, exercise, attached, run),
    )


def _drilled(
    planned: Plan,
    exercise: Exercise,
    scenarios: tuple[Scenario, ...],
    attached: tuple[Expectation, ...],
) -> tuple[Scenario, ...]:
    """Those that are named; else all that bring something back or show a line that is followed.

    In a full one also those that lose a region.
    """
    if exercise.rung not in BROKEN_RUNGS:
        return ()
    people = {stage for each in planned.exercises() for stage in (each.begin, each.end)}
    every = tuple(each for each in scenarios if each.name not in people)
    if not exercise.wanted:
        back = {each.scenario for each in attached if recovers(each.requirements)}
        back |= documented.shows(planned, exercise, attached)
        if exercise.rung is Rung.FULL:
            back |= {each.name for each in every if _loses_a_region(planned, each)}
        return tuple(each for each in every if each.name in back)
    for name in exercise.wanted:
        if not any(each.name.startswith(name) for each in every):
            names = ", ".join(each.name for each in every)
            raise Unclear(
                f"{exercise.name} wants the drill {name}, and no scenario begins so",
                f"there are {names}",
            )
    return tuple(each for each in every if each.name.startswith(exercise.wanted))


def _loses_a_region(planned: Plan, scenario: Scenario) -> bool:
    """Whether it takes a place away with all in it that users need, where there are several."""
    run = regions.spread(planned.system)
    killed = {
        action.workload
        for injection in scenario.injections
        for action in injection.actions
        if isinstance(action, Kill) and action.replica is None
    }
    several = len(run) > 1 and EVERYTHING in scenario.radius
    return several and any(_gone(planned, each, run, killed) for each in run)


def _gone(planned: Plan, region: str, run: tuple[str, ...], killed: set[str]) -> bool:
    """Whether its services died, and with them its stores or what watches there."""
    services = {
        regions.called(name, region, own[0])
        for name, service in planned.system.services.items()
        for own in (regions.of(service, run),)
        if region in own
    }
    watched = regions.called(prometheus.NAME, region, run[0]) in killed
    stores = planned.system.stores if region == run[0] else ()
    held = [killed & {each, planned.declarations.holder(each)[0]} for each in stores]
    return bool(services) and services <= killed and (watched or (bool(held) and all(held)))
