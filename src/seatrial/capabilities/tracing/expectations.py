"""What tracing expects to see, and with which defect it must turn red."""

from dataclasses import replace

from seatrial.capabilities.tracing import judges, links, watches
from seatrial.capabilities.tracing.crossing import callers, crossed
from seatrial.capabilities.tracing.declare import REQUIREMENT
from seatrial.capabilities.tracing.naming import naming
from seatrial.capabilities.tracing.places import drawn
from seatrial.capabilities.tracing.render import keeping, text
from seatrial.capabilities.tracing.scenarios import CRASH, CULPRITS, PERSISTENCE
from seatrial.capabilities.tracing.settings import Settings
from seatrial.capabilities.tracing.untraced import untraced
from seatrial.contract.action import AlterFile, EmptyVolume, describe
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, settled
from seatrial.contract.timeline import Timeline
from seatrial.engines.jaeger import config
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.traces.peers import peers
from seatrial.traces.topology import Peer

LOOK = "coverage"  # the scenario in which nothing is done to the system
FAULTS = ("service-down-", "store-down-")
ENGINES = ("jaeger",)
RESTARTED = 5.0  # seconds until an altered Jaeger answers


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each scenario that leaves traces; none where tracing is not promised."""
    system = context.system
    if not system.promised(REQUIREMENT):
        return ()
    peer = peers(context.placement, frozenset((*system.services, *system.stores)))
    found: list[Expectation] = []
    for scenario in scenarios:
        if scenario.name == LOOK:
            found += [_whole(context, name, peer) for name in system.journeys if context.rehearsal]
            found += _linked(context)
        elif scenario.name == PERSISTENCE:
            found.append(_survived())
        elif scenario.name == CULPRITS:
            found += naming(context, drawn(context))
        elif scenario.injections:
            struck = next((scenario.name.removeprefix(p) for p in FAULTS if _is(scenario, p)), "")
            found += _blamed(context, scenario, struck, peer) if struck else ()
    return tuple(found)


def _is(scenario: Scenario, prefix: str) -> bool:
    return scenario.name.startswith(prefix)


def always(_timeline: Timeline) -> bool:
    """For what needs no time under the fault."""
    return True


def _whole(context: Context, journey: str, peer: Peer) -> Expectation:
    system, settings = context.system, context.settings
    required = crossed(system, journey)
    return Expectation(
        name=f"trace/{journey}",
        scenario=LOOK,
        requirements=("R04.2",),
        summary=f"each run of {journey} is one trace through {', '.join(sorted(required))}",
        watches=(watches.runs(journey, peer),),
        judge=judges.whole(journey, required, frozenset(settings.spanless)),
        ripe=always,
        control=Control(
            defect=f"the first call of {journey} carries no traceparent",
            actions=untraced(system, journey),
        ),
        depends=(
            f"journeys.{journey}",
            "tracing",
            *(f"services.{each}" for each in sorted(required)),
        ),
        engines=ENGINES,
    )


def _linked(context: Context) -> tuple[Expectation, ...]:
    """Of each service with spans: what is counted of spans has exemplars, whoever wrote these."""
    system, spanless = context.system, frozenset(context.settings.spanless)
    crossing = frozenset[str]().union(*(crossed(system, each) for each in system.journeys))
    services = crossing - spanless
    if not services or not context.rehearsal or not context.placement.has(prometheus.NAME):
        return ()
    logged = context.placement.has(victorialogs.NAME)
    watched = (
        links.exemplars(),
        *(links.traces(each) for each in sorted(services)),
        *((links.lines(),) if logged else ()),
    )
    judge = links.resolved(services, logged=logged)
    return (
        Expectation(
            name="links/exemplars",
            scenario=LOOK,
            requirements=("R04.4",),
            summary="a figure's exemplar leads to its trace"
            + (", and the trace to its log lines" if logged else ""),
            watches=watched,
            judge=judge,
            ripe=settled(judge),
            control=_unkept(context, "no trace is kept"),
            depends=("tracing", *(f"services.{each}" for each in sorted(services))),
            engines=("jaeger", "prometheus", *(("victorialogs",) if logged else ())),
        ),
    )


def _survived() -> Expectation:
    return Expectation(
        name="persistence/jaeger",
        scenario=PERSISTENCE,
        requirements=("R04.1",),
        summary="every trace that could be found before a kill of Jaeger is found after it",
        watches=(watches.kept(),),
        judge=judges.survived(describe(CRASH)),
        ripe=always,
        control=Control(
            defect="its storage is lost",
            actions=(EmptyVolume(workload=jaeger.NAME, volume="data"),),
            settle=0.0,  # what it holds in memory is looked at until the kill
        ),
        depends=("tracing",),
        engines=ENGINES,
    )


def _blamed(
    context: Context, scenario: Scenario, struck: str, peer: Peer
) -> tuple[Expectation, ...]:
    """Nobody's call can fail at what only a service without spans calls."""
    who = callers(context.system, struck, frozenset(context.settings.spanless))
    if not who:
        return ()
    judge = judges.blamed(struck, who, context.system.targets.fault_to_page.seconds)
    return (
        Expectation(
            name=f"spans/{scenario.name}",
            scenario=scenario.name,
            requirements=("R04.4",),
            summary=f"a failed call of {' or '.join(sorted(who))} names {struck} in its trace",
            watches=tuple(watches.faults(each, peer) for each in sorted(who)),
            judge=judge,
            ripe=settled(judge),
            control=_unkept(context),
            depends=(
                f"services.{struck}" if struck in context.system.services else f"stores.{struck}",
                "tracing",
            ),
            engines=ENGINES,
        ),
    )


def _unkept(context: Context, defect: str = "traces with an error are not kept") -> Control:
    settings: Settings = context.settings
    none = replace(keeping(settings), errors=False, slow=3600.0, always=(), share=0.0)
    return Control(
        defect=defect,
        actions=(AlterFile(workload=jaeger.NAME, path=config.FILE, text=text(context, none)),),
        settle=RESTARTED,
    )
