"""What is expected of whoever stands in for users, when something that they need dies."""

from collections.abc import Iterator

from seatrial.capabilities.synthetics import accounted, counted, uncounted, voices
from seatrial.capabilities.synthetics.judges import FAILED, SUCCEEDED, ripe, seen
from seatrial.contract.action import Pause
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch
from seatrial.engines.prometheus import watches
from seatrial.system import graph
from seatrial.system.model import System
from seatrial.system.probing import probers

_STRUCK = ("service-down-", "store-down-")
# What tells of users' failures without a prober: of a service on their way, whatever its cause.
_FELT = frozenset({"ServiceErrors", "ProbeFailing"})


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Each death on a journey's way is seen; and whose word counts."""
    if not context.system.promised("R06"):
        return ()
    found: list[Expectation] = []
    for scenario in scenarios:
        found += voices.expectations(context, scenario)
        found += uncounted.expectations(scenario)
        prefix = next((each for each in _STRUCK if scenario.name.startswith(each)), None)
        if prefix is None or not scenario.injections:
            continue
        subject = scenario.name.removeprefix(prefix)
        journeys = sorted(graph.journeys_through(context.system, subject))
        if journeys:
            found.append(_expectation(context, scenario, subject, journeys))
            found += _counted(context, scenario, subject, journeys)
    return tuple(found)


def _expectation(
    context: Context, scenario: Scenario, subject: str, journeys: list[str]
) -> Expectation:
    users = _users(context, subject, journeys)
    return Expectation(
        name=f"seen/{scenario.name}",
        scenario=scenario.name,
        requirements=("R06.2",),
        summary=f"who walks {' and '.join(journeys)} sees the death of {subject} before users' "
        "failures page",
        watches=(_told(journeys), watches.ALERTS),
        judge=seen(frozenset(journeys), users),
        ripe=ripe(frozenset(journeys)),
        control=_hung(context),
        depends=(*_own(context.system, subject), *(f"journeys.{each}" for each in journeys)),
        engines=("prometheus",),
    )


def _hung(context: Context) -> Control:
    return Control(
        defect="the prober hangs as the fault begins",
        actions=tuple(Pause(workload=each) for each in probers(context.system)),
        late=True,
        ahead=True,  # it takes a while to kill, and a run fails at once
    )


def _counted(
    context: Context, scenario: Scenario, subject: str, journeys: list[str]
) -> Iterator[Expectation]:
    system = context.system
    several = len(probers(system)) > 1
    titles = {
        title: (name, entry)
        for title, (name, entry) in accounted.titles(system, context.regions).items()
        if name in journeys
    }
    if not titles:
        return
    judge, enough = counted.counted(
        {title: entry for title, (_, entry) in titles.items()},
        accounted.quorum(system, context.settings),
    )
    yield Expectation(
        name=f"accounted/{scenario.name}",
        scenario=scenario.name,
        requirements=("R06.4",),
        summary=f"the SLA of {' and '.join(titles)} counts the outage of {subject}, and nothing "
        "before it",
        watches=tuple(
            counted.watch(title, accounted.selector(name, several=several, entry=entry))
            for title, (name, entry) in titles.items()
        ),
        judge=judge,
        ripe=enough,
        control=_hung(context),
        depends=(*_own(system, subject), *(f"journeys.{each}" for each in journeys)),
        engines=("prometheus",),
    )


def _users(context: Context, struck: str, journeys: list[str]) -> frozenset[tuple[str, str]]:
    """The pages about what users get: of the journeys, and of the services on their way.

    A journey's own alerts are told by what the prober counts, so that none of them can come before
    a run has failed: alone they would compare the prober with itself. Not what tells of the death.
    """
    system = context.system
    way = {each for name in journeys for each in graph.crossed(system, system.journeys[name])}
    return frozenset(
        (each.name, each.subject)
        for each in context.declarations.alerts
        if each.severity is Severity.PAGE
        and (
            each.subject in journeys
            or (each.name in _FELT and each.subject in way and each.subject != struck)
        )
    )


def _own(system: System, subject: str) -> tuple[str, ...]:
    return (f"{'services' if subject in system.services else 'stores'}.{subject}",)


def _told(journeys: list[str]) -> Watch:
    """When runs of these journeys last went well, and last failed, as the prober told."""
    which = "|".join(journeys)
    # with the time, so that Prometheus tells something also where the prober tells nothing
    expr = f'{{__name__=~"{SUCCEEDED}|{FAILED}",journey=~"{which}"}} or vector(time())'
    name = f"runs of {' and '.join(journeys)}"
    return watches.values(name, expr, about="runs", every=1.0)
