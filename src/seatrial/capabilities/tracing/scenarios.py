"""What proves the tracing alone: a crash of Jaeger, and faults whose culprits traces must name."""

from collections.abc import Sequence

from seatrial.capabilities.tracing import course
from seatrial.capabilities.tracing.crossing import crossed, requested
from seatrial.capabilities.tracing.declare import REQUIREMENT
from seatrial.capabilities.tracing.places import Place, drawn
from seatrial.capabilities.tracing.watches import kept
from seatrial.contract.action import Crash
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Ability, Injection, Scenario, Steady
from seatrial.contract.timeline import Observation
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus.steady import condition

CRASH = Crash(workload=jaeger.NAME)
PERSISTENCE = "jaeger-crash"
LOOK = 10.0  # seconds: what was on its way when the drill began is kept, or dropped, by then
CULPRITS = "culprits"  # the scenario's name
LONGEST = 1.0  # seconds that a run may take before anything is done, to see what a fault adds
SERVED = condition(
    "traffic",
    "time() - max(journey_last_success_timestamp_seconds)",
    lambda value: value <= 15.0,  # noqa: PLR2004 - one scrape, and the run
    "no journey succeeds",
)
SOME = 20  # traces, so that there is something to lose


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """The crash, in a rehearsal of a system whose journeys leave traces."""
    system = context.system
    if not context.rehearsal or not system.promised(REQUIREMENT) or not system.journeys:
        return ()
    return (
        *_course(context),
        Scenario(
            name=PERSISTENCE,
            question="Do the traces survive when Jaeger is killed?",
            injections=(
                Injection(actions=(), hold=LOOK),
                Injection(actions=(CRASH,), hold=0.0),
            ),
            radius=frozenset({jaeger.NAME}),
            within=60.0 + LOOK,
            steady=(Steady(name="traces", watch=kept(so_far=True), holds=_some),),
        ),
    )


def _course(context: Context) -> tuple[Scenario, ...]:
    """From place to place, where proxies of ours carry calls."""
    every = [each for some in drawn(context).values() for each in some]
    if context.beside or not every:
        return ()
    return (course_of(context, every),)


def course_of(context: Context, places: Sequence[Place | None]) -> Scenario:
    """The drill that strikes these places, one after the other; at None nothing is done."""
    system = context.system
    walked = frozenset[str]().union(*(crossed(system, each) for each in system.journeys))
    disturbed = frozenset[str]().union(*(each.disturbed for each in places if each))
    return Scenario(
        name=CULPRITS,
        question="Do traces name who is slow, or fails, wherever it is, and nobody otherwise?",
        injections=course.injections(places),
        radius=walked | disturbed | {jaeger.NAME},
        within=course.within(places),
        steady=(SERVED, *(_quick(each) for each in requested(system))),
        needs=frozenset({Ability.FAULT_PROXY}),
    )


def _quick(journey: str) -> Steady:
    """A machine that is overloaded makes everything slow, and hides who is."""
    took, runs = (
        f'rate(journey_duration_seconds_{each}{{journey="{journey}"}}[30s])'
        for each in ("sum", "count")
    )
    return condition(
        f"pace of {journey}",
        f"max({took} / {runs})",
        lambda value: value <= LONGEST,
        f"runs of {journey} take more than {LONGEST:g} s before anything is done",
    )


def _some(seen: tuple[Observation, ...]) -> str | None:
    """There must be traces that a kill could lose."""
    count = max((each.value or 0.0 for each in seen), default=0.0)
    return None if count >= SOME else f"only {count:.0f} traces are kept yet"
