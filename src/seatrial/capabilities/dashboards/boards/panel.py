"""A panel about one subject, with the links that every panel about it has."""

from seatrial.capabilities.dashboards.boards.names import leads
from seatrial.contract.board import Kind, Onward, Panel, Query, Thresholds, Unit


def panel(
    title: str,
    unit: Unit,
    queries: tuple[Query, ...],
    description: str,
    *,
    subject: str,
    links: tuple[Onward, ...] | None = None,
    kind: Kind = Kind.LINES,
    thresholds: Thresholds = (),
    alerts: tuple[str, ...] = (),
    width: int = 8,
) -> Panel:
    """`links` are all that lead on from the subject, where none are given."""
    return Panel(
        title=title,
        unit=unit,
        queries=queries,
        description=description,
        subject=subject,
        kind=kind,
        thresholds=thresholds,
        links=leads(subject) if links is None else links,
        alerts=alerts,
        width=width,
    )
