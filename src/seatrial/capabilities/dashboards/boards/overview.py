"""What is on fire, and whose: the first board that anybody opens."""

from seatrial.capabilities.dashboards.boards import regions
from seatrial.capabilities.dashboards.boards.names import (
    JOURNEY_RUNS,
    OVERVIEW,
    alerts,
    firing,
    leads,
    rate,
    to_board,
)
from seatrial.capabilities.dashboards.boards.service import STORE_UP, answering, store_up
from seatrial.contract.board import (
    Board,
    Kind,
    Onward,
    Panel,
    Query,
    Row,
    Scope,
    Target,
    Unit,
    above,
    below,
)
from seatrial.system.model import System
from seatrial.system.regions import spread

_REAL = 'alertname!="Watchdog"'
_RUNBOOKS = 3  # of journeys, beside one panel


def board(system: System, others: tuple[Board, ...], *, beside: bool) -> Board:
    """Alerts by team and subject, users, services and stores; links to every other board."""
    rows = [Row(title="What is on fire, and whose is it?", panels=_fire(system))]
    users = _users(system)
    if users:
        rows.append(Row(title="Do users get what they want?", panels=users))
    rows.append(Row(title="What is there?", panels=_there(system, others, beside=beside)))
    return Board(
        uid=OVERVIEW,
        title="Overview",
        summary=" ".join((system.summary or f"The system {system.name}.", *_only(system))),
        scope=Scope.OVERVIEW,
        rows=tuple(rows),
        links=tuple(to_board(each) for each in others),
        requirements=("R02.2", "R02.4"),
        depends=("services", "stores", "journeys", "teams"),
    )


def _only(system: System) -> tuple[str, ...]:
    """Of several regions each one's Prometheus knows its own: whose figures are not here."""
    first, *others = spread(system)
    seen = f"Figures are of {first}; those of {' and '.join(others)} are on the board Regions."
    return (seen,) if others else ()


def _fire(system: System) -> tuple[Panel, ...]:
    elsewhere = (Onward(target=Target.BOARD, subject=regions.UID, title="Other regions"),)
    links = elsewhere if _only(system) else ()

    def of(severity: str) -> str:
        return firing(f'severity="{severity}",{_REAL}')

    listed = alerts(f'severity!="info",{_REAL}')
    return (
        Panel(
            title="Pages",
            unit=Unit.COUNT,
            queries=(Query(expr=of("page"), legend="firing"),),
            description="Somebody was called for each. Open the runbook of the first.",
            subject="",
            kind=Kind.STAT,
            thresholds=above(None, 1),
            links=links,
            width=4,
        ),
        Panel(
            title="Tickets",
            unit=Unit.COUNT,
            queries=(Query(expr=of("ticket"), legend="firing"),),
            description="To be looked at in working hours.",
            subject="",
            kind=Kind.STAT,
            thresholds=above(1, None),
            width=4,
        ),
        Panel(
            title="What fires, and whose it is",
            unit=Unit.COUNT,
            queries=(
                Query(
                    expr=f"count by (team, severity, service, alertname) {listed}",
                    legend="{{team}} {{severity}} {{service}} {{alertname}}",
                    empty="while nothing fires",
                    passing=True,
                ),
            ),
            description="By team. Of several, begin with a store, then with what is deepest.",
            subject="",
            kind=Kind.TABLE,
            width=16,
        ),
    )


def _users(system: System) -> tuple[Panel, ...]:
    if not system.journeys:
        return ()
    fine = f'{JOURNEY_RUNS}{{outcome="ok"}}'
    runbooks = tuple(leads(each)[0] for each in list(system.journeys)[:_RUNBOOKS])
    share = f"sum by (journey) ({rate(fine)}) / (sum by (journey) ({rate(JOURNEY_RUNS)}) > 0)"
    return (
        Panel(
            title="Journeys that succeed",
            unit=Unit.SHARE,
            queries=(Query(expr=share, legend="{{journey}}"),),
            description="What users feel. Below 100 %, the service at the end of the chain that is "
            "ill is the cause.",
            subject="",
            thresholds=below(0.99, 0.9),
            links=(Onward(target=Target.BOARD, subject="business", title="Business"), *runbooks),
            width=12,
        ),
        Panel(
            title="Journeys begun",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=f"sum by (journey) ({rate(JOURNEY_RUNS)})", legend="{{journey}}"),),
            description="A drop to 0 means that nobody looks: see whether the prober runs.",
            subject="",
            links=(Onward(target=Target.BOARD, subject="business", title="Business"), *runbooks),
            width=12,
        ),
    )


def _there(system: System, others: tuple[Board, ...], *, beside: bool) -> tuple[Panel, ...]:
    found = []
    for name, service in system.services.items():
        query = answering(name, service)
        if query is not None:
            links = _own(others, name) + leads(name)[:1]
            found.append(_tile(name, service.scale.min, query, links))
    for name, store in system.stores.items():
        if store.engine in STORE_UP:
            query = Query(expr=store_up(system, name, beside=beside), legend="answers")
            found.append(_tile(name, 1, query, _own(others, name) + leads(name)[:1]))
    return tuple(found)


def _own(others: tuple[Board, ...], name: str) -> tuple[Onward, ...]:
    return tuple(to_board(each) for each in others if each.subject == name)


def _tile(name: str, least: int, query: Query, links: tuple[Onward, ...]) -> Panel:
    return Panel(
        title=name,
        unit=Unit.COUNT,
        queries=(query,),
        description=f"How many answer, of {least}. Its own board says more.",
        subject=name,
        kind=Kind.STAT,
        thresholds=below(least, 1 if least > 1 else None),
        links=links,
        width=4,
    )
