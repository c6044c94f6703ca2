"""Regions beside one another; only where there are two."""

from seatrial.capabilities.dashboards.boards.names import JOURNEY_RUNS, firing, rate
from seatrial.contract.board import Board, Panel, Query, Row, Scope, Unit, above, below
from seatrial.system.model import System


def board(system: System, owner: str) -> Board | None:
    """Targets, users and alerts of each region; None where there is only one."""
    if len(system.regions) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    fine = f'{JOURNEY_RUNS}{{outcome="ok"}}'
    panels = [
        Panel(
            title="Targets that answer",
            unit=Unit.SHARE,
            queries=(
                Query(expr='avg by (region) (up{kind=~"service|store|host"})', legend="{{region}}"),
            ),
            description="A region far below the others is lost or cut off: fail over before "
            "looking for the cause.",
            subject="",
            thresholds=below(1, 0.5),
            width=12,
        ),
        Panel(
            title="Alerts that fire",
            unit=Unit.COUNT,
            queries=tuple(
                Query(expr=firing(f'region="{each}",alertname!="Watchdog"'), legend=each)
                for each in system.regions
            ),
            description="Many in one region only: the region, not what is in it.",
            subject="",
            thresholds=above(None, 1),
            width=12,
        ),
    ]
    if system.journeys:
        share = f"sum by (region) ({rate(fine)}) / (sum by (region) ({rate(JOURNEY_RUNS)}) > 0)"
        panels.append(
            Panel(
                title="Journeys that succeed",
                unit=Unit.SHARE,
                queries=(Query(expr=share, legend="{{region}}"),),
                description="As seen from each region that a prober stands in.",
                subject="",
                thresholds=below(0.99, 0.9),
                width=12,
            )
        )
    return Board(
        uid="regions",
        title="Regions",
        summary=f"{', '.join(system.regions)} beside one another.",
        scope=Scope.INFRASTRUCTURE,
        rows=(Row(title="Is a region ill?", panels=tuple(panels)),),
        owner=owner,
        requirements=("R02.1",),
        depends=("regions", "monitoring"),
    )
