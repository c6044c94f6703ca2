"""What proves the tracing alone: a crash of Jaeger, and a link that is slow."""

from seatrial.capabilities.tracing.crossing import SLOW, chosen, crossed, radius
from seatrial.capabilities.tracing.declare import REQUIREMENT
from seatrial.capabilities.tracing.watches import kept
from seatrial.contract.action import Crash, SlowEdge
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Ability, Injection, Scenario, Steady
from seatrial.contract.timeline import Observation
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus.steady import condition

CRASH = Crash(workload=jaeger.NAME)
PERSISTENCE = "jaeger-crash"
LOOK = 10.0  # seconds: what was on its way when the drill began is kept, or dropped, by then
# Seconds in which runs are looked at: before the fault, and at most while it is there.
BEFORE, DURING = 15.0, 60.0
# Seconds more for each answer: a run makes ten calls. More, and connections run short: then what a
# service waits for is its own pool, and a trace shows the service.
LATENCY = 0.02
LONGEST = 1.0  # seconds that a run may take before anything is done, to see what the link adds
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
        *_links(context),
        Scenario(
            name=PERSISTENCE,
            question="Do the traces survive when Jaeger is killed?",
            injections=(
                Injection(actions=(), hold=LOOK),
                Injection(actions=(CRASH,), hold=0.0),
            ),
            radius=frozenset({jaeger.NAME}),
            within=60.0 + LOOK,
            steady=(Steady(name="traces", watch=kept(), holds=_some),),
        ),
    )


def _links(context: Context) -> tuple[Scenario, ...]:
    """One link that is slow, where a proxy of ours carries it."""
    system = context.system
    link = chosen(system, frozenset(context.settings.spanless))
    if context.beside or link is None:
        return ()
    slow = SlowEdge(source=link.caller, target=link.callee, latency=LATENCY)
    return (
        Scenario(
            name=f"{SLOW}{link.caller}-{link.callee}",
            question=f"When {link.callee} answers {link.caller} slowly, do traces name the link?",
            injections=(Injection(actions=(), hold=BEFORE), Injection(actions=(slow,))),
            radius=radius(system, link.caller) | crossed(system, link.journey),
            within=BEFORE + DURING,
            steady=(SERVED, _quick(link.journey)),
            needs=frozenset({Ability.FAULT_PROXY}),
        ),
    )


def _quick(journey: str) -> Steady:
    """A machine that is overloaded makes everything slow, and hides who is."""
    took, runs = (
        f'rate(journey_duration_seconds_{each}{{journey="{journey}"}}[30s])'
        for each in ("sum", "count")
    )
    return condition(
        "pace",
        f"max({took} / {runs})",
        lambda value: value <= LONGEST,
        f"runs of {journey} take more than {LONGEST:g} s before anything is done",
    )


def _some(seen: tuple[Observation, ...]) -> str | None:
    """There must be traces that a kill could lose."""
    count = max((each.value or 0.0 for each in seen), default=0.0)
    return None if count >= SOME else f"only {count:.0f} traces are kept yet"
