"""What dashboards tells the others: every board, and what alerts' links begin with."""

from dataclasses import replace

from seatrial.capabilities.dashboards.boards import (
    business,
    contained,
    hosts,
    led,
    monitoring,
    overview,
    own,
    regions,
    releases,
    service,
    store,
)
from seatrial.capabilities.dashboards.boards.names import uid
from seatrial.capabilities.dashboards.settings import Settings
from seatrial.capabilities.dashboards.viewers import VIEWERS
from seatrial.contract.board import Board, Onward, Target, drawn
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import Declarations
from seatrial.contract.placement import Seat
from seatrial.engines.grafana import workload as grafana
from seatrial.system.model import System
from seatrial.system.ownership import first_team

REQUIREMENT = "R02"


def declare(intent: Intent) -> Declarations:
    """Nothing where the system is not held to R02."""
    if not intent.system.promised(REQUIREMENT):
        return Declarations()
    told = intent.dialect is not Dialect.OPERATOR  # a cluster's kubelets tell of containers
    found = boards(intent.system, intent.settings, told=told, beside=intent.beside)
    run = told and intent.settings.grafana
    return Declarations(
        boards=found,
        viewers=VIEWERS,
        drawn=drawn(found, intent.settings.address),
        groups=releases.recorded(intent.system),
        seats=(Seat(workload=grafana.NAME, ports=grafana.PORTS),) if run else (),
    )


def boards(system: System, settings: Settings, *, told: bool, beside: bool) -> tuple[Board, ...]:
    """Every board, the overview first. `told`: containers tell their own figures."""
    owner = settings.owner or first_team(system.teams)
    services = [
        service.board(system, name, contained_=told, beside=beside) for name in system.services
    ]
    stores = [store.board(system, name, contained_=told, beside=beside) for name in system.stores]
    names = (*system.services, *system.stores)
    found = (
        business.board(system),
        *services,
        *stores,
        hosts.board(owner),
        contained.board(names, owner) if told else None,
        regions.board(system, owner),
        monitoring.board(owner, collected=told),
    )
    others = tuple(each for each in found if each is not None)
    every = (overview.board(system, others, beside=beside), *others)
    whole = (own.added(each, system, settings.panels) for each in every)
    return tuple(_named(led.led(each, system), system.name) for each in whole)


def _named(board: Board, system: str) -> Board:
    """With the system in its uid, and in those that it leads to: a Grafana may draw several."""

    def led(links: tuple[Onward, ...]) -> tuple[Onward, ...]:
        return tuple(
            replace(each, subject=uid(system, each.subject))
            if each.target is Target.BOARD
            else each
            for each in links
        )

    rows = tuple(
        replace(row, panels=tuple(replace(each, links=led(each.links)) for each in row.panels))
        for row in board.rows
    )
    return replace(board, uid=uid(system, board.uid), rows=rows, links=led(board.links))
