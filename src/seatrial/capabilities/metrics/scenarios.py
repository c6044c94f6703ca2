"""What proves the collection: a look at everything, a crash of the store, an explosion."""

from seatrial.capabilities.metrics.rules import EXPLOSION
from seatrial.contract.action import AlterFile, Crash
from seatrial.contract.capability import Context
from seatrial.contract.scenario import EVERYTHING, Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.node_exporter import workload as node_exporter
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.steady import condition

COVERAGE = "coverage"
PERSISTENCE = "prometheus-crash"
CARDINALITY = "series-explosion"
SAMPLES = 3
LOOK = 5.0  # seconds: more than one poll
CRASH = Crash(workload=prometheus.NAME)
EXPLODING = "seatrial_drill_requests"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Coverage may be looked at anywhere; faults are for rehearsals."""
    look = Scenario(
        name=COVERAGE,
        question="Is everything that the file names being measured, right now?",
        injections=(),
        radius=frozenset({EVERYTHING}),  # beside a fault it would see the fault
        # a rate takes two samples: right after `up` those of the slow scrape are two of them away
        within=30.0 + 2 * context.settings.slow_scrape.seconds,
        quick=True,
        looks=True,
    )
    if not context.rehearsal:
        return (look,)
    crash = Scenario(
        name=PERSISTENCE,
        question="Do the samples survive when Prometheus is killed?",
        injections=(
            Injection(actions=(), hold=LOOK),  # what is there to be lost is looked at first
            Injection(actions=(CRASH,), hold=0.0),
        ),
        radius=frozenset({EVERYTHING}),
        within=60.0 + LOOK,
        steady=(_collecting(),),
    )
    budget = context.settings.series_budget
    explosion = Scenario(
        name=CARDINALITY,
        question="Is a metric that explodes caught, and named?",
        injections=(
            Injection(
                actions=(
                    AlterFile(
                        workload=node_exporter.NAME,
                        path=f"{node_exporter.TEXTFILES}/seatrial.prom",
                        text=_explosion(budget + 500),
                    ),
                )
            ),
        ),
        radius=frozenset({"host"}),
        within=90.0,
        steady=_no_explosion(),
    )
    return (look, crash, explosion)


def _collecting() -> Steady:
    """There must be samples that a kill could lose."""
    watch = Watch(
        name="steady: samples",
        workload=prometheus.NAME,
        port="http",
        path=query.instant("count_over_time(up[5m]) and up"),
        parse=query.samples("samples"),
        every=1.0,
    )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        few = sum(each.value is None or each.value < SAMPLES for each in seen)
        if seen and not few:
            return None
        return f"fewer than {SAMPLES} samples yet of {few or 'all'} targets"

    return Steady(name="samples", watch=watch, holds=holds)


def _no_explosion() -> tuple[Steady, ...]:
    """The host is measured, and neither the metric nor its alert is there yet."""

    def none(value: float) -> bool:
        return value == 0

    return (
        condition("host", 'min(up{kind="host"})', lambda value: value == 1, "the host is not seen"),
        condition(
            "alert",
            f'count(ALERTS{{alertname="{EXPLOSION}"}}) or vector(0)',
            none,
            f"{EXPLOSION} is active already",
        ),
        condition(
            "metric",
            f"count({EXPLODING}) or vector(0)",
            none,
            f"{EXPLODING} is there already",
        ),
    )


def _explosion(series: int) -> str:
    head = f"# HELP {EXPLODING} A label that takes every value.\n# TYPE {EXPLODING} gauge\n"
    return head + "".join(f'{EXPLODING}{{user="{each}"}} 1\n' for each in range(series))
