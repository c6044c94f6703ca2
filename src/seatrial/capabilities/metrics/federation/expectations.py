"""What the centre must have once a cut is over, and with which defect it is red."""

from seatrial.capabilities.metrics.federation import centre, judges
from seatrial.capabilities.metrics.render import SERVER, configuration
from seatrial.contract.action import AlterFile, CutEdge
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus.config import REPLICA

_COMPARED = "up|probe_success|scrape_duration_seconds|process_cpu_seconds_total"
_BACK = 600  # seconds: longer than a drill
_LONGER = 900  # for who is asked later: what was just told by the other is not too old here
# What was scraped, without what rules made of it. Probers are scraped by home, wherever they stand.
_SCRAPED = '__name__!~"ALERTS.*|.*:.*",job!="",job!="prober"'
_SETTLE = 15.0  # until both have scraped under the same labels


def expectations(context: Context, scenario: Scenario) -> tuple[Expectation, ...]:
    """Of a scenario that cuts a region's way to the centre: afterwards no sample is missing."""
    cuts = [
        each
        for injection in scenario.injections
        for each in injection.actions
        if isinstance(each, CutEdge) and each.target == centre.NAME
    ]
    return tuple(_complete(context, scenario, each.source) for each in cuts)


def _complete(context: Context, scenario: Scenario, server: str) -> Expectation:
    region = context.placement.of(server)[0].region
    which = f'__name__=~"{_COMPARED}",job!="prober",region="{region}"'
    scraped = f'{_SCRAPED},region="{region}"'
    return Expectation(
        name=f"complete/{scenario.name}",
        scenario=scenario.name,
        requirements=("R01.4",),
        summary=f"{region} is cut off from the centre: afterwards no sample is missing there",
        watches=(
            _watch(judges.OWN, server, which),
            _watch(judges.CENTRE, centre.NAME, f'{which},{REPLICA}="0"'),
            _counted(judges.OWN_SERIES, server, scraped, _BACK),
            _counted(judges.CENTRE_SERIES, centre.NAME, f'{scraped},{REPLICA}="0"', _LONGER),
        ),
        judge=judges.complete,
        ripe=judges.held_back,
        control=_alike(context, region, server),
        depends=("regions", "monitoring"),
        engines=("prometheus",),
    )


def _watch(name: str, workload: str, which: str) -> Watch:
    return Watch(
        name=name,
        workload=workload,
        port=query.PORT,
        path=query.instant(f"{{{which}}}[{_BACK}s]"),
        parse=query.histories(name),
        every=5.0,
    )


def _counted(name: str, workload: str, which: str, back: int) -> Watch:
    """How many series of each metric had a sample."""
    expr = f"count by (__name__) (last_over_time({{{which}}}[{back}s]))"
    return Watch(
        name=name,
        workload=workload,
        port=query.PORT,
        path=query.instant(expr),
        parse=query.samples(name),
        every=5.0,
    )


def _alike(context: Context, region: str, server: str) -> Control:
    """Both of the pair write under the same labels."""
    targets = context.declarations.targets
    text = configuration(context, targets, region, labels={REPLICA: "0"})
    return Control(
        defect=f"both Prometheus of {region} have the same external labels",
        actions=(AlterFile(workload=server, path=SERVER, text=text),),
        settle=_SETTLE,
    )
