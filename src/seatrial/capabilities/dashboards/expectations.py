"""What dashboards expects to see, and with which defect it must turn red."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from seatrial.capabilities.dashboards import shown, standing
from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.capabilities.dashboards.judges import PLACE, UNTOLD, answered, asked, counts
from seatrial.capabilities.dashboards.scenarios import STANDING
from seatrial.contract.action import AlterFile, CutEdge
from seatrial.contract.board import LEAST_WINDOW, WINDOW, Board, Scope
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch, settled
from seatrial.engines.prometheus import config, query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.expressions import metrics_of
from seatrial.system.regions import CENTRE

LOOK = "coverage"  # the scenario in which everything is looked at, under load, without a fault
ATTACKS = "attacks"  # they page, by others than Prometheus
_TOLD = ("vmalert_alerts_firing", "detector_alerts")  # what these others tell of it
SLOWEST = 15.0  # seconds between the evaluations of rules, of what a control writes
SCRAPES = 3  # of the slowest job: what is older is no longer fresh
RENAMED = "renamed_by_a_control"
EVERY = 5.0


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Each board has data under load, and shows what was struck."""
    if not context.system.promised(REQUIREMENT):
        return ()
    found: list[Expectation] = []
    for scenario in scenarios:
        if scenario.name == LOOK:
            found += [_answered(context, each) for each in context.declarations.boards]
        elif scenario.name == ATTACKS:
            found.append(_told(context, scenario))
        elif scenario.name == STANDING:
            found += standing.expectations(context)
        else:
            one = shown.expectation(context, scenario, SLOWEST, _now)
            found += [one] if one is not None else []
    return tuple(found)


def _now(name: str, expr: str) -> Watch:
    return _watch(name, expr, fresh=0.0)


def _answered(context: Context, board: Board) -> Expectation:
    return Expectation(
        name=f"panels/{board.uid.removeprefix(f'{context.system.name}-')}",
        scenario=LOOK,
        requirements=board.requirements,
        summary=f"every query of every panel of {board.title} has fresh data under load",
        watches=(
            _watch(
                board.uid,
                joined(board),
                fresh=freshness(context),
                server=CENTRE if board.central else prometheus.NAME,
            ),
            _watch(UNTOLD, f"count by (figure) ({UNTOLD})", fresh=0.0),
        ),
        judge=answered(board),
        ripe=lambda _: True,
        control=_unheard(context) if board.central else _renamed(context, board),
        depends=board.depends,
        engines=("prometheus", *(("node_exporter",) if board.subject == "host" else ())),
        pictures=(board.uid,),
    )


def freshness(context: Context) -> float:
    """How old, in seconds, a sample may be: three scrapes of the slowest job."""
    return SCRAPES * max((each.interval for each in context.declarations.targets), default=SLOWEST)


def joined(board: Board) -> str:
    """One expression for all queries of a board: how many series each has, told by its place.

    What is no number is drawn by nobody: a quantile of no request at all is none.
    """
    return " or ".join(
        f"label_replace(count(({each.query.over(LEAST_WINDOW)}) > -Inf < +Inf),"
        f' "{PLACE}", "{each.place}", "", "")'
        for each in asked(board)
    )


def _watch(name: str, expr: str, *, fresh: float, server: str = prometheus.NAME) -> Watch:
    """An instant query; with `fresh` seconds, a sample that is older does not count."""
    back = f"&lookback_delta={fresh:.0f}s" if fresh else ""
    return Watch(
        name=f"board {name}",
        workload=server,
        port="http",
        path=query.instant(expr) + back,
        parse=query.samples(name),
        every=EVERY,
    )


def _unheard(context: Context) -> Control:
    """No region's samples come to the centre any more."""
    ways = (each for each in context.declarations.links if each.target == CENTRE)
    return Control(
        defect="every region is cut off from the centre",
        actions=tuple(CutEdge(source=each.source, target=each.target) for each in ways),
        settle=freshness(context) + EVERY,
    )


def _renamed(context: Context, board: Board) -> Control:
    """A metric of the board goes by another name from now on."""
    found = victim(board)
    if found is None:
        return _configured(
            context,
            "nothing is scraped any more",
            settle=freshness(context) + EVERY,
            scraping=False,
        )
    metric, lasts = found
    return _called_otherwise(context, (metric,), settle=lasts + EVERY)


def _called_otherwise(context: Context, metrics: tuple[str, ...], *, settle: float) -> Control:
    return _configured(
        context,
        f"{' and '.join(metrics)} {'is' if len(metrics) == 1 else 'are'} renamed",
        settle=settle,
        renamed={each: f"{RENAMED}{at or ''}" for at, each in enumerate(metrics)},
    )


def _configured(
    context: Context,
    defect: str,
    *,
    settle: float,
    scraping: bool = True,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> Control:
    """Home's Prometheus has another configuration from now on."""
    declared = context.declarations
    text = config.configuration(
        jobs=config.scrapes(declared.targets) if scraping else (),
        external_labels={"cluster": context.system.name},
        alertmanagers=declared.told(context.placement, context.regions[0]),
        evaluation=SLOWEST,
        renamed=renamed,
    )
    return Control(
        defect=defect,
        actions=(AlterFile(workload=prometheus.NAME, path="prometheus.yml", text=text),),
        settle=settle,
    )


def victim(board: Board) -> tuple[str, float] | None:
    """A scraped metric that a query cannot do without, and how long, in seconds, it is seen yet.

    A gauge first: it is gone with the next scrape, while a rate reaches back for its window. None
    where all rest on what Prometheus makes itself.
    """
    wanted = (each for each in asked(board) if not each.query.empty)
    # what every machine can tell, before what some cannot
    ranked = sorted(wanted, key=lambda each: (bool(each.query.untold), WINDOW in each.query.expr))
    for each in ranked:
        names = metrics_of(each.query.over(LEAST_WINDOW))
        if names & _OURS:  # which it falls back on
            continue
        scraped = sorted(name for name in names if ":" not in name)
        if scraped:
            return scraped[0], 65.0 if WINDOW in each.query.expr else 2 * SLOWEST
    return None


# Prometheus makes these itself: no relabelling reaches them
_OURS = frozenset(
    {"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_post_metric_relabeling"}
)


def _told(context: Context, scenario: Scenario) -> Expectation:
    board = next(each for each in context.declarations.boards if each.scope is Scope.OVERVIEW)
    one = shown.of_panel(
        scenario,
        board,
        board.panels[0],
        _now,
        says="counts what pages",
        judging=counts,
        control=_called_otherwise(context, _TOLD, settle=2 * SLOWEST),
        depends=("services", "stores", "detection", "monitoring"),
        engines=("prometheus", "vmalert"),
    )
    # an attack is over at once: what it prolongs is the wait for what was told of it
    return replace(one, ripe=settled(one.judge))
