"""Warnings where a promise about alerting cannot be kept, with the figure that says so.

The floor of a burn-rate alert is the time that a total outage needs to spend enough budget:
factor x budget x long window (Google SRE workbook, "Alerting on SLOs").
"""

from seatrial.capabilities.alerting import worst
from seatrial.capabilities.alerting.declare import groups
from seatrial.capabilities.alerting.rules import outage
from seatrial.capabilities.alerting.rules.burn import WINDOWS
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import AlertRule, Tier
from seatrial.contract.declaration import Severity as AlertSeverity
from seatrial.engines.documents import seconds
from seatrial.system.graph import crossed
from seatrial.system.model import Journey, Slo, System
from seatrial.system.ownership import UNASSIGNED
from seatrial.system.problem import Problem, Severity

MEANINGFUL_EVENTS = 1000  # per window: fewer, and one failed request is a tenth of a per cent


def check(intent: Intent) -> tuple[Problem, ...]:
    """Everything in the file that alerting cannot live up to."""
    system, settings = intent.system, intent.settings
    found: list[Problem] = []
    for name, slo in system.slos.items():
        if slo.journey is None:
            found.append(_unwatched(system, name, slo))
            continue
        found += _floor(system, name, slo)
        found += _traffic(system, slo)
        found += _weaker(system, name, slo)
    found += _late(system, settings)
    found += _channels(system)
    found += _mutes(system, settings)
    return tuple(found)


def _warning(code: str, system: System, path: tuple[str, ...], summary: str, cure: str) -> Problem:
    return Problem(code, system.place(*path), summary, cure, Severity.WARNING)


def _unwatched(system: System, name: str, slo: Slo) -> Problem:
    """Budgets are measured where users are: along journeys."""
    return _warning(
        "ST3107",
        system,
        ("slos", name),
        f"nothing watches the SLO {name}: error budgets are measured along journeys, and it names"
        f" the service {slo.service}",
        f"name a journey that runs through {slo.service}; outages of the service page all the same",
    )


def _floor(system: System, name: str, slo: Slo) -> list[Problem]:
    fastest = WINDOWS[0]
    floor = fastest.factor * (1 - slo.availability.ratio) * fastest.long
    target = system.targets.fault_to_page.seconds
    if floor <= target:
        return []
    return [
        _warning(
            "ST3101",
            system,
            ("slos", name, "availability"),
            f"the SLO {name} of {slo.availability} pages a total outage only after {floor:.0f} s,"
            f" later than {seconds(target)}",
            "its outage alerts page in time; set a higher availability, or rely on those",
        )
    ]


def _late(system: System, settings: Settings) -> list[Problem]:
    """Outage alerts that can page later than promised: the slowest, and who waits for long."""
    target = system.targets.fault_to_page.seconds
    found: list[Problem] = []
    late: dict[str, float] = {}
    for group in groups(system, settings):
        for alert in group.alerts:
            took = worst.of_group(group, alert, settings.group_wait.seconds)
            pages = alert.tier is Tier.OUTAGE and alert.severity is AlertSeverity.PAGE
            if not pages or took <= target:
                continue
            if _waits(system, alert):
                found.append(_waiting(system, alert, took))
            else:
                late[f"{alert.name} of {alert.subject}"] = took
    if late:
        name = max(late, key=late.__getitem__)
        found.append(
            _warning(
                "ST3106",
                system,
                ("targets", "fault_to_page"),
                f"{len(late)} outage alerts may page later than {seconds(target)}: {name} takes up"
                f" to {late[name]:g} s",
                "shorten alerting.hold, alerting.group_wait or monitoring.scrape, or allow more"
                " time",
            )
        )
    return found


def _waits(system: System, alert: AlertRule) -> bool:
    """Whether an alert is about a journey, and late because a run of it may wait."""
    journey = system.journeys.get(alert.subject)
    return (
        alert.name == outage.JOURNEY_FAILING
        and journey is not None
        and alert.window > outage.journey_window(journey)
    )


def _waiting(system: System, alert: AlertRule, took: float) -> Problem:
    """The step that waits longest, by name of its place."""
    journey = system.journeys[alert.subject]
    target = system.targets.fault_to_page.seconds
    return Problem(
        "ST3108",
        system.place(*_longest(journey, alert.subject)),
        f"a run of {alert.subject} may wait until {journey.longest:g} s are over, so that"
        f" {alert.name} may page after {took:g} s, later than {seconds(target)}",
        f"shorten within by {took - target:g} s, or allow more time in targets.fault_to_page",
        Severity.WARNING,
    )


def _longest(journey: Journey, name: str) -> tuple[str | int, ...]:
    """Where it is written that a run may wait, of several the longest."""
    if journey.browser:
        browsed = [each.within.seconds if each.within else 0.0 for each in journey.browser]
        step = browsed.index(max(browsed))
        return ("journeys", name, "browser", step, *(("within",) if browsed[step] else ()))
    waits = [each.until.within.seconds if each.until else 0.0 for each in journey.steps]
    return ("journeys", name, "steps", waits.index(max(waits)), "until", "within")


def _traffic(system: System, slo: Slo) -> list[Problem]:
    assert slo.journey is not None  # noqa: S101 - the caller has asked
    journey = system.journeys[slo.journey]
    if journey.pace * 3600 >= MEANINGFUL_EVENTS or (journey.peak is None and not journey.browser):
        return []
    if journey.peak is None:
        return [
            _warning(
                "ST3103",
                system,
                ("journeys", slo.journey, "every" if journey.every else "browser"),
                f"a browser walks {slo.journey} {journey.pace * 3600:g} times an hour: too little"
                f" to judge {slo.availability} in an hour",
                "walk it more often, or set a lower availability",
            )
        ]
    return [
        _warning(
            "ST3103",
            system,
            ("journeys", slo.journey, "peak"),
            f"{slo.journey} carries at most {journey.peak}: too little to judge {slo.availability}"
            " in an hour",
            "probe it more often, or set a lower availability",
        )
    ]


def _weaker(system: System, name: str, slo: Slo) -> list[Problem]:
    assert slo.journey is not None  # noqa: S101 - the caller has asked
    on_way = crossed(system, system.journeys[slo.journey])
    return [
        _warning(
            "ST3104",
            system,
            ("slos", other, "availability"),
            f"{each.service} promises {each.availability}, less than {slo.availability} of"
            f" {name}, which needs it",
            "raise the one or lower the other: a chain is as available as its weakest link",
        )
        for other, each in system.slos.items()
        if each.service in on_way and each.availability.ratio < slo.availability.ratio
    ]


def _channels(system: System) -> list[Problem]:
    owners = {each.owner for each in system.services.values()}
    owners |= {each.owner for each in system.stores.values()}
    return [
        _warning(
            "ST3105",
            system,
            ("teams", name),
            f"the team {name} owns something and has neither chat nor email nor pager",
            'give it a chat channel, as chat: "#platform"',
        )
        for name, team in system.teams.items()
        if name in owners - {UNASSIGNED} and not (team.chat or team.email or team.pager)
    ]


def _mutes(system: System, settings: Settings) -> list[Problem]:
    named = [
        Problem(
            "ST3202",
            system.place("alerting", "owner"),
            f"unknown team {settings.owner!r} in alerting.owner",
            f"write one of {', '.join(system.teams)}",
        )
        for _ in (settings.owner,)
        if settings.owner and settings.owner not in system.teams
    ]
    return named + [
        Problem(
            "ST3201",
            system.place("alerting", "mute", name, "teams"),
            f"unknown team {team!r} in alerting.mute.{name}",
            f"write one of {', '.join(system.teams)}",
        )
        for name, each in settings.mute.items()
        for team in each.teams
        if team not in system.teams
    ]
