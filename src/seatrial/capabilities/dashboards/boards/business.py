"""The business: what the product is for, what users walk through, and what is left of budgets."""

from seatrial.capabilities.dashboards.boards.names import (
    JOURNEY_DURATION,
    JOURNEY_RUNS,
    leads,
    rate,
)
from seatrial.contract.board import (
    WINDOW,
    Board,
    Kind,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
    below,
)
from seatrial.engines.documents import seconds
from seatrial.system.model import Metric, Slo, System

_RECORDED = "until it is computed for the first time, within five minutes"
_SELDOM = 300.0  # seconds between its computations: it is the dearest query of all


def board(system: System) -> Board | None:
    """Declared metrics, journeys, and SLOs; None where the file names none of them."""
    rows = []
    if system.journeys:
        rows.append(
            Row(
                title="What do users get?",
                panels=tuple(each for name in system.journeys for each in _journey(system, name)),
            )
        )
    slos = tuple(each for name, slo in system.slos.items() for each in _slo(system, name, slo))
    if slos:
        rows.append(Row(title="What is left of what we promised?", panels=slos))
    if system.metrics:
        panels = tuple(_metric(name, each) for name, each in system.metrics.items())
        rows.append(Row(title="What does the product do?", panels=panels))
    if not rows:
        return None
    return Board(
        uid="business",
        title="Business",
        summary="Users' journeys, error budgets, and the figures that the product is for.",
        scope=Scope.BUSINESS,
        rows=tuple(rows),
        requirements=("R02.3",),
        depends=("journeys", "slos", "metrics"),
    )


def _journey(system: System, name: str) -> tuple[Panel, ...]:
    runs = f'{JOURNEY_RUNS}{{journey="{name}"}}'
    fine = f'{JOURNEY_RUNS}{{journey="{name}",outcome="ok"}}'
    buckets = f'{JOURNEY_DURATION}_bucket{{journey="{name}"}}'
    start = system.journeys[name].start
    links = (*leads(name)[:1], *leads(start, traced=True)[1:])

    def quantile(share: float, legend: str) -> Query:
        inner = f"sum by (le) ({rate(buckets)})"
        return Query(expr=f"histogram_quantile({share}, {inner})", legend=legend)

    return (
        Panel(
            title=f"{name}: runs by outcome",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=f"sum by (outcome) ({rate(runs)})", legend="{{outcome}}"),),
            description="Anything but ok is a user who was let down. refused: nothing listens; "
            "timeout: something hangs; unexpected: a wrong answer.",
            subject=name,
            links=links,
            alerts=("JourneyFailing",),
            stacked=True,
        ),
        Panel(
            title=f"{name}: share that succeeds",
            unit=Unit.SHARE,
            queries=(
                Query(expr=f"sum({rate(fine)}) / (sum({rate(runs)}) > 0)", legend="ok of all"),
            ),
            description="Below what was promised, the error budget burns: see which service on "
            "its way is ill.",
            subject=name,
            thresholds=below(0.99, 0.9),
            links=links,
        ),
        Panel(
            title=f"{name}: duration",
            unit=Unit.SECONDS,
            queries=(quantile(0.5, "p50"), quantile(0.95, "p95"), quantile(0.99, "p99")),
            description="From the first step to the end of the last. A trace of a slow run says "
            "where the time goes.",
            subject=name,
            links=links,
        ),
    )


def _slo(system: System, name: str, slo: Slo) -> tuple[Panel, ...]:
    """How fast each budget is spent, and what is left of it in its window."""
    if slo.journey is None or slo.journey not in system.journeys:
        return ()
    budgets = []
    if slo.availability is not None:
        budgets.append(("journey_errors", "errors", 1 - slo.availability.ratio))
    for quantile in slo.latency:
        share = round(1 - float(quantile.removeprefix("p")) / 100, 6)
        budgets.append((f"journey_slow_{quantile}", f"slower than its {quantile}", share))
    tags = f'{{slo="{name}"}}'
    whole = seconds(slo.window.seconds)

    def of(record: str, span: str, share: float) -> str:
        return f"max(journey:{record}:ratio_rate{span}{tags}) / {share:.6g}"

    links = leads(slo.journey)[:1]
    return (
        Panel(
            title=f"{name}: how fast its budget is spent",
            unit=Unit.COUNT,
            queries=tuple(
                Query(expr=of(record, span, share), legend=f"{title}, {span}")
                for record, title, share in budgets
                for span in ("5m", "1h")
            ),
            description="1: exactly all of it within the window. Above 14.4 over an hour somebody "
            "is paged; stop releases until it is below 1.",
            subject=slo.journey,
            thresholds=above(1, 14.4),
            links=links,
            alerts=("ErrorBudgetBurnFast", "ErrorBudgetBurn", "LatencyBudgetBurnFast"),
        ),
        Panel(
            title=f"{name}: budget left of {whole}",
            unit=Unit.SHARE,
            queries=tuple(
                Query(
                    expr=f"1 - {of(record, whole, share)}",
                    legend=title,
                    empty=_RECORDED,
                    every=_SELDOM,
                )
                for record, title, share in budgets
            ),
            description="At 0 the promise is broken: what is left for releases is work that makes "
            "it more reliable.",
            subject=slo.journey,
            kind=Kind.STAT,
            thresholds=below(0.25, 0),
            links=links,
            alerts=("ErrorBudgetDrain", "ErrorBudgetDrainSlow"),
        ),
    )


def _metric(name: str, metric: Metric) -> Panel:
    tags = f'{{service="{metric.service}"}}'
    labels = ", ".join(metric.labels)
    legend = " ".join(f"{{{{{each}}}}}" for each in metric.labels) or name
    by = f" by ({labels})" if labels else ""
    links = leads(metric.service, traced=True)
    if metric.kind == "counter":
        unit, expr = Unit.PER_SECOND, f"sum{by} ({rate(name + tags)})"
    elif metric.kind == "histogram":
        inner = f"sum by (le) (rate({name}_bucket{tags}[{WINDOW}]))"
        unit, expr, legend = Unit.COUNT, f"histogram_quantile(0.95, {inner})", "p95"
    else:
        # replicas may each tell the same figure of the whole
        unit, expr = Unit.COUNT, f"max{by} ({name}{tags})"
    if name.removesuffix("_total").endswith("_seconds") and metric.kind != "counter":
        unit = Unit.SECONDS
    return Panel(
        title=name,
        unit=unit,
        queries=(Query(expr=expr, legend=legend),),
        description=f"{metric.meaning}. When it leaves its usual range, look at {metric.service}.",
        subject=metric.service,
        links=links,
    )
