"""What metrics expects to see, and with which defect it must turn red."""

from collections.abc import Callable, Mapping

from seatrial.capabilities.metrics import (
    contained,
    containers,
    judges,
    persistence,
    stack,
    watched,
)
from seatrial.capabilities.metrics.federation import centre
from seatrial.capabilities.metrics.federation import expectations as federation
from seatrial.capabilities.metrics.rules import groups
from seatrial.capabilities.metrics.scenarios import (
    CARDINALITY,
    COVERAGE,
    CRASH,
    EXPLODING,
    PERSISTENCE,
)
from seatrial.contract.action import AlterFile, EmptyVolume, describe
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch, settled
from seatrial.engines.prometheus import query, rules
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.watches import ALERTS, values

CAUGHT_WITHIN = 60.0
LOOKED_BACK = 600.0  # seconds
IDLE_OVER = "5m"  # a counter that has not moved for so long is idle


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each scenario of the collection."""
    builders: dict[str, Callable[[Context], tuple[Expectation, ...]]] = {
        COVERAGE: lambda each: (
            _coverage(each),
            contained.expectation(each),
            *stack.expectations(each, targets_of(each, answering=True)),
        ),
        PERSISTENCE: lambda each: (_persistence(each),),
        CARDINALITY: lambda each: (_cardinality(each),),
    }
    own = tuple(
        each
        for scenario in scenarios
        if scenario.name in builders
        for each in builders[scenario.name](context)
    )
    beside = (federation.expectations, watched.expectations)
    return (*own, *(each for one in scenarios for of in beside for each in of(context, one)))


def expected(context: Context) -> tuple[judges.Expected, ...]:
    """Every target, replica by replica, and every value of every declared metric's labels."""
    found = [each for targets in targets_of(context).values() for each in targets]
    for name, metric in context.system.metrics.items():
        base = {"service": metric.service}
        values = [
            {**base, label: value} for label, each in metric.labels.items() for value in each
        ] or [base]
        pace = _pace(name) if metric.kind == "counter" else ""
        found += [judges.fresh(_title(name, labels), name, labels, pace) for labels in values]
    return tuple(found)


def _pace(name: str) -> str:
    """The watch of a counter's events a second."""
    return f"{name}:pace"


def _title(name: str, labels: Mapping[str, str]) -> str:
    """A declared metric with its labels, as PromQL writes it."""
    written = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{written}}}"


def targets_of(
    context: Context, *, answering: bool = False
) -> dict[str, tuple[judges.Expected, ...]]:
    """What must be up of each subject: every replica of every target.

    `answering`: only where it is asked itself, and not whoever sees its container.
    """
    found: dict[str, tuple[judges.Expected, ...]] = {}
    for target in context.declarations.targets:
        if answering and target.kind == containers.KIND:
            continue
        for location in context.placement.of(target.workload):
            replica = target.labels.get("replica", str(location.replica))
            labels = {"job": target.job, "service": target.subject, "replica": replica}
            apart = centre.told_apart(context, location)
            labels |= apart
            words = (target.job, f"replica {replica}", *apart.values())
            title = f"{target.subject} ({', '.join(words)})"
            found[target.subject] = (
                *found.get(target.subject, ()),
                judges.up(title, "up", labels),
            )
    return found


def _coverage(context: Context) -> Expectation:
    watches = [*centre.everywhere(context, values("up", stack.fresh("up")))]
    for name, metric in context.system.metrics.items():
        series = f"{name}_count" if metric.kind == "histogram" else name
        age = f'time() - timestamp({series}{{service="{metric.service}"}})'
        watches += centre.everywhere(context, values(name, age))
        if metric.kind == "counter":
            rate = f'rate({series}{{service="{metric.service}"}}[{IDLE_OVER}])'
            watches += centre.everywhere(context, values(_pace(name), rate, every=5.0))
    things = expected(context)
    judge = judges.coverage(
        things, well=f"all {len(things)} targets and declared metrics have fresh data"
    )
    gaps = "; ".join(_gaps(context))
    if gaps:
        judge = judges.lacking(judge, gaps)
    return Expectation(
        name="coverage/all",
        scenario=COVERAGE,
        requirements=("R01.2", "R01.3", "S1"),
        summary="every service, replica, store, host and declared metric has fresh data",
        watches=tuple(watches),
        judge=judge,
        ripe=stack.always,
        control=stack.dropped(context, _one(context)),
        depends=("services", "stores", "metrics", "monitoring"),
        # the host's, and its own
        engines=("prometheus", "blackbox_exporter", "node_exporter"),
    )


def _one(context: Context) -> str:
    """Whose targets may be dropped: the system's own, where it has any."""
    targets = context.declarations.targets
    return min(targets, key=lambda each: each.kind == "monitoring").subject


def _gaps(context: Context) -> tuple[str, ...]:
    """What the system has and nobody can see, in sentences."""
    outside = stack.outside(context)
    targets = {each.subject for each in context.declarations.targets}
    unseen = [each for each in context.system.services if each not in targets]
    found = []
    if outside:
        found.append(f"of {' and '.join(outside)} nothing is seen but that connections are taken")
    if unseen:
        found.append(f"of {' and '.join(unseen)} nothing is seen: no metrics, no port")
    return tuple(found)


def _persistence(context: Context) -> Expectation:
    interval = context.settings.scrape.seconds
    window = Watch(
        name="samples",
        workload=prometheus.NAME,
        port="http",
        path=query.instant(f"{_compared(context)}[{LOOKED_BACK:.0f}s]"),
        parse=query.histories("samples"),
        every=2.0,
    )
    return Expectation(
        name="persistence/prometheus",
        scenario=PERSISTENCE,
        requirements=("R01.1",),
        summary="every sample of every target and business metric survives a kill of Prometheus; "
        "the gap is the outage",
        watches=(window,),
        judge=persistence.persistence(interval, cause=describe(CRASH), span=LOOKED_BACK),
        ripe=stack.always,
        control=Control(
            defect="its storage is lost",
            actions=(EmptyVolume(workload=prometheus.NAME, volume="data"),),
            settle=0.0,  # what it holds in memory is looked at until the kill
        ),
        depends=("monitoring", "metrics"),
        engines=("prometheus",),
    )


def _compared(context: Context) -> str:
    """What must survive: whether each target was up, and every declared metric.

    Of a histogram its count and sum: its buckets are written with them, and are many.
    """
    names = ["up"]
    for name, metric in context.system.metrics.items():
        names += [f"{name}_count", f"{name}_sum"] if metric.kind == "histogram" else [name]
    return f'{{__name__=~"{"|".join(names)}"}}'


def _cardinality(context: Context) -> Expectation:
    selector = '{job="host"}'
    biggest = values("biggest", f"topk(1, count by (__name__) ({selector}))", every=3.0)
    judge = judges.exploded(EXPLODING, "host", CAUGHT_WITHIN)
    tolerant = context.settings.model_copy(update={"series_budget": 10**9})
    group = tuple(
        each
        for each in groups(context.declarations.targets, tolerant)
        if each.name == "cardinality"
    )
    return Expectation(
        name="cardinality/host",
        scenario=CARDINALITY,
        requirements=("R01.2",),
        summary="a metric that explodes is caught and named",
        watches=(ALERTS, biggest),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect="the budget of series is a billion",
            actions=(
                AlterFile(
                    workload=prometheus.NAME,
                    path=rules.path("cardinality"),
                    text=rules.rule_file(group, links=lambda _: {}),
                ),
            ),
        ),
        depends=("monitoring",),
        engines=("prometheus", "node_exporter"),
    )
