"""What is expected where places are struck one after the other: each is named, and nobody else."""

from collections.abc import Mapping, Sequence

from seatrial.capabilities.tracing import culprits, watches
from seatrial.capabilities.tracing.course import QUIET
from seatrial.capabilities.tracing.crossing import crossed, requested
from seatrial.capabilities.tracing.culprits import Spot
from seatrial.capabilities.tracing.places import Kind, Place
from seatrial.capabilities.tracing.scenarios import CULPRITS
from seatrial.capabilities.tracing.settings import Settings
from seatrial.capabilities.tracing.untraced import untraced
from seatrial.contract.action import Action, Stutter
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Judge, settled
from seatrial.system.model import System
from seatrial.traces.peers import peers

_QUESTIONS = {
    Kind.LINKS: ("R04.3", "who asks whom over a link that is slow is named"),
    Kind.QUERIES: ("R04.3", "the statement that a store is slow with is named"),
    Kind.REPLICAS: ("R04.3", "the replica that is slow is named"),
    Kind.CALLS: ("R04.4", "who asks whom over a link that breaks some calls is named"),
}


def naming(context: Context, places: Mapping[Kind, Sequence[Place]]) -> tuple[Expectation, ...]:
    """One for each kind of place that there is, and one for when nothing is done."""
    settings: Settings = context.settings
    found: list[Expectation] = []
    index = QUIET + 1
    for kind, some in places.items():
        if not some:
            continue
        spots = [Spot(place=each, index=index + number) for number, each in enumerate(some)]
        index += len(some)
        requirement, question = _QUESTIONS[kind]
        where = ", ".join(str(each) for each in some)
        found.append(
            _expectation(
                context,
                f"culprit/{kind}",
                requirement,
                f"{question}: {where}",
                culprits.named(spots, settings.seed),
                _untraced(context.system),
            )
        )
    return (*found, _nobody(context)) if found else ()


def _nobody(context: Context) -> Expectation:
    """Its control strikes with each injection, and so not while all is well."""
    system = context.system
    someone = next(
        each
        for journey in requested(system)
        for each in sorted(crossed(system, journey))
        if each not in context.settings.spanless
    )
    slow: tuple[Action, ...] = (Stutter(workload=someone, still=0.3, awake=0.1),)
    return _expectation(
        context,
        "culprit/nobody",
        "R04.3",
        "while nothing is done, nobody is named",
        culprits.nobody(requested(system)),
        Control(defect=f"{someone} is slow while nothing is said to be", actions=slow, late=True),
    )


def _untraced(system: System) -> Control:
    return Control(
        defect="the first call of each journey carries no traceparent",
        actions=tuple(one for each in system.journeys for one in untraced(system, each)),
    )


def _expectation(  # noqa: PLR0917 - what differs between them
    context: Context, name: str, requirement: str, summary: str, judge: Judge, control: Control
) -> Expectation:
    system = context.system
    peer = peers(context.placement, frozenset((*system.services, *system.stores)))
    services = frozenset[str]().union(*(crossed(system, each) for each in system.journeys))
    stores = {each for one in services for each in system.services[one].needs} & {*system.stores}
    return Expectation(
        name=name,
        scenario=CULPRITS,
        requirements=(requirement,),
        summary=summary,
        watches=tuple(watches.profiles(each, peer) for each in requested(system)),
        judge=judge,
        ripe=settled(judge),
        control=control,
        depends=(
            *(f"journeys.{each}" for each in system.journeys),
            *(f"stores.{each}" for each in sorted(stores)),
            "tracing",
            *(f"services.{each}" for each in sorted(services)),
        ),
        engines=("jaeger",),
    )
