"""What synthetics tells the others: its checks, the links they go by, the rules about both."""

from seatrial.capabilities.synthetics import certificate, outside, unwalked
from seatrial.capabilities.synthetics.announced import windows
from seatrial.capabilities.synthetics.broken import every
from seatrial.capabilities.synthetics.checks import Asked, checks
from seatrial.capabilities.synthetics.itself import pace
from seatrial.capabilities.synthetics.parts import CERTIFICATE, HTTP, TLS, drilled
from seatrial.capabilities.synthetics.rules import groups
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Link, Seat
from seatrial.system.model import System
from seatrial.system.ownership import first_team
from seatrial.system.probing import PROBER, REQUIREMENT, entries, probers, stationed
from seatrial.system.probing import outside as away
from seatrial.system.regions import home

PORTS = {"http": 8080}
SCRAPE, TIMEOUT = 5.0, 3.0


def declare(intent: Intent) -> Declarations:
    """Windows alone where it is not promised: the prober still walks the journeys."""
    system = intent.system
    announced = windows(system, intent.settings)  # also where R06 is not promised: alerts are muted
    if not system.promised(REQUIREMENT):
        return Declarations(windows=announced)
    asked = looked_at(intent)
    if not asked and not system.journeys:  # then there is no prober
        return Declarations(windows=announced)
    several = len(probers(system)) > 1
    return Declarations(
        windows=announced,
        checks=tuple(each.check for each in asked),
        groups=(
            *unwalked.groups(system),
            *groups(
                asked,
                home=home(system) if several else "",
                quorum=intent.settings.quorum,
                owner=first_team(system.teams),
                pace=pace(system, asked),
                late=outside.FRESH if outside.there(intent) else 0.0,
            ),
        ),
        links=_links(system, intent, asked) if several else (),
        targets=(*(() if system.journeys else _targets(system)), *outside.targets(intent)),
        seats=(
            *outside.seats(intent),
            *(() if system.journeys else _seats(system, rehearsal=intent.rehearsal)),
            *_drilled(intent),
        ),
    )


def looked_at(intent: Intent) -> tuple[Asked, ...]:
    """Every check that is asked; none where there is nothing to look at, and so no prober."""
    found = checks(intent.system, intent.settings, rehearsal=intent.rehearsal, run=intent.regions)
    if not found and not intent.system.journeys:
        return ()
    return (*found, certificate.asked(intent.system)) if drilled(intent) else found


def _drilled(intent: Intent) -> tuple[Seat, ...]:
    """The seats of what drills of the probing need."""
    if not drilled(intent):
        return ()
    shown = Seat(workload=CERTIFICATE, ports=TLS)
    return (shown, *(Seat(workload=each, ports=HTTP) for each in every(intent.system)))


def _seats(system: System, *, rehearsal: bool) -> tuple[Seat, ...]:
    """Those of probers that only ask checks: where journeys are walked, they are there."""
    places = stationed(system, rehearsal=rehearsal).items()
    return tuple(Seat(workload=name, ports=PORTS, region=region) for name, region in places)


def _targets(system: System) -> tuple[ScrapeTarget, ...]:
    """What such probers tell."""
    return tuple(
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
        for name in probers(system)
        if name not in away(system)
    )


def _links(system: System, intent: Intent, asked: tuple[Asked, ...]) -> tuple[Link, ...]:
    """The way of each region to what it looks at, so that a rehearsal can cut one."""
    if not intent.rehearsal or intent.beside or intent.dialect is Dialect.OPERATOR:
        return ()
    ends = [(each.check.workload, each.check.port) for each in asked if each.check.workload]
    ends += [
        (workload, next(iter(system.services[each.start].ports)))
        for each in system.journeys.values()
        for workload in entries(system, each.start, intent.regions).values()
    ]
    return tuple(
        Link(source=prober, target=target, port=port)
        for prober in probers(system)
        for target, port in dict.fromkeys(ends)
    )
