"""What proves the tracing alone: a crash of Jaeger. The rest is seen in others' scenarios."""

from seatrial.capabilities.tracing.declare import REQUIREMENT
from seatrial.capabilities.tracing.watches import kept
from seatrial.contract.action import Crash
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady
from seatrial.contract.timeline import Observation
from seatrial.engines.jaeger import workload as jaeger

CRASH = Crash(workload=jaeger.NAME)
PERSISTENCE = "jaeger-crash"
LOOK = 10.0  # seconds: what was on its way when the drill began is kept, or dropped, by then
SOME = 20  # traces, so that there is something to lose


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """The crash, in a rehearsal of a system whose journeys leave traces."""
    system = context.system
    if not context.rehearsal or not system.promised(REQUIREMENT) or not system.journeys:
        return ()
    return (
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


def _some(seen: tuple[Observation, ...]) -> str | None:
    """There must be traces that a kill could lose."""
    count = max((each.value or 0.0 for each in seen), default=0.0)
    return None if count >= SOME else f"only {count:.0f} traces are kept yet"
