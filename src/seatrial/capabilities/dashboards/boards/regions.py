"""Regions beside one another; only where there are two.

Asked where the samples of all regions meet: a region's own Prometheus knows nothing of the others.
Both of a pair write there; each figure is taken once. A region of which nothing is heard has no
line: it is not known to be well.
"""

from seatrial.capabilities.dashboards.boards.names import JOURNEY_RUNS, alerts, rate
from seatrial.contract.board import Board, Panel, Query, Row, Scope, Unit, above, below
from seatrial.engines.prometheus.config import REPLICA
from seatrial.system.model import System
from seatrial.system.regions import spread

UID = "regions"
_ONCE = f"max without ({REPLICA})"


def board(system: System, owner: str) -> Board | None:
    """Targets, users and alerts of each region; None where there is only one."""
    if len(spread(system)) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    heard = f'count by (region) ({_ONCE} (up{{job="prometheus"}}))'
    pages = alerts('severity="page"')
    fires = f"count by (region) ({_ONCE} ({pages}))"
    panels = [
        Panel(
            title="Targets that answer",
            unit=Unit.SHARE,
            queries=(
                Query(
                    expr=f'avg by (region) ({_ONCE} (up{{kind=~"service|store|host"}}))',
                    legend="{{region}}",
                ),
            ),
            description="A region far below the others is ill, and one that ends is lost or cut "
            "off from the centre: fail over before looking for the cause.",
            subject="",
            thresholds=below(1, 0.5),
            width=12,
        ),
        Panel(
            title="Pages that fire",
            unit=Unit.COUNT,
            queries=(Query(expr=f"{fires} or 0 * {heard}", legend="{{region}}"),),
            description="Many in one region only: the region, not what is in it. One that ends "
            "is no longer heard.",
            subject="",
            thresholds=above(None, 1),
            width=12,
        ),
    ]
    if system.journeys:
        panels.append(_users())
    return Board(
        uid=UID,
        title="Regions",
        summary=f"{', '.join(spread(system))} beside one another, as the centre hears of them.",
        scope=Scope.INFRASTRUCTURE,
        rows=(Row(title="Is a region ill?", panels=tuple(panels)),),
        owner=owner,
        requirements=("R02.1",),
        depends=("regions", "monitoring"),
        central=True,
    )


def _users() -> Panel:
    def runs(selector: str) -> str:
        return f"sum by (region) ({_ONCE} ({rate(JOURNEY_RUNS + selector)}))"

    fine = runs('{outcome="ok"}')
    return Panel(
        title="Journeys that succeed",
        unit=Unit.SHARE,
        queries=(Query(expr=f"{fine} / ({runs('')} > 0)", legend="{{region}}"),),
        description="As seen from each region that a prober stands in.",
        subject="",
        thresholds=below(0.99, 0.9),
        width=12,
    )
