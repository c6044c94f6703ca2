"""What synthetics tells the others: its checks, the links they go by, the rules about both."""

from typing import Any

from seatrial.capabilities.synthetics.checks import checks
from seatrial.capabilities.synthetics.itself import pace
from seatrial.capabilities.synthetics.rules import groups
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Link, Seat
from seatrial.system.model import System
from seatrial.system.ownership import first_team
from seatrial.system.probing import PROBER, REQUIREMENT, probers
from seatrial.system.regions import home

PORTS = {"http": 8080}
SCRAPE, TIMEOUT = 5.0, 3.0


def declare(intent: Intent) -> Declarations:
    """Nothing where it is not promised: the prober still walks the journeys."""
    system = intent.system
    if not system.promised(REQUIREMENT):
        return Declarations()
    asked = checks(system, intent.settings, rehearsal=intent.rehearsal)
    if not asked and not system.journeys:  # then there is no prober
        return Declarations()
    several = len(probers(system)) > 1
    return Declarations(
        checks=tuple(each.check for each in asked),
        groups=groups(
            asked,
            home=home(system) if several else "",
            quorum=intent.settings.quorum,
            owner=first_team(system.teams),
            pace=pace(system, asked),
        ),
        links=_links(system, intent) if several else (),
        **(_prober(system) if asked and not system.journeys else {}),
    )


def _prober(system: System) -> dict[str, Any]:
    """The seats of probers that only ask checks: where journeys are walked, they are there."""
    places = probers(system).items()
    return {
        "seats": tuple(Seat(workload=name, ports=PORTS, region=region) for name, region in places),
        "targets": tuple(
            ScrapeTarget(
                job=PROBER,
                subject=name,
                kind="monitoring",
                workload=name,
                port="http",
                interval=SCRAPE,
                timeout=TIMEOUT,
                labels={"team": first_team(system.teams)},
            )
            for name, _ in places
        ),
    }


def _links(system: System, intent: Intent) -> tuple[Link, ...]:
    """The way of each region to what it looks at, so that a rehearsal can cut one."""
    if not intent.rehearsal or intent.beside or intent.dialect is Dialect.OPERATOR:
        return ()
    asked = checks(system, intent.settings, rehearsal=True)
    ends = [(each.check.workload, each.check.port) for each in asked if each.check.workload]
    ends += [
        (each.start, next(iter(system.services[each.start].ports)))
        for each in system.journeys.values()
    ]
    return tuple(
        Link(source=prober, target=target, port=port)
        for prober in probers(system)
        for target, port in dict.fromkeys(ends)
    )
