"""Who is told: one receiver and one route for each team and severity, and what holds alerts back.

In a rehearsal the channels' addresses are the sink's; everything else is what production gets.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from seatrial.capabilities.alerting import audiences
from seatrial.capabilities.alerting.declare import SINK, WATCHDOG
from seatrial.capabilities.alerting.rules import meta, redundancy
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.output import File
from seatrial.contract.placeholder import PATTERN
from seatrial.engines.alertmanager.config import (
    Email,
    Inhibition,
    MuteTime,
    PagerDuty,
    Receiver,
    Route,
    Slack,
    Timing,
    Webhook,
)
from seatrial.system.graph import dependents, journeys_through
from seatrial.system.model import System, Team
from seatrial.system.ownership import UNASSIGNED
from seatrial.system.regions import called

FALLBACK = "unrouted"
PAGER_KEY = "0" * 32  # a rehearsal's pager: the sink takes any key of the right length
_TICKET = Timing(wait=30, interval=300, repeat=86400)
_WATCHDOG = Timing(wait=0, interval=5, repeat=10)


def recipients(system: System) -> Mapping[str, Team]:
    """Who alerts are sent to: every team, and each person who owns something, by e-mail.

    Not the team that stands for nobody: what it owns is routed to no one's page, so that a drill
    of it fails instead of proving that a channel nobody reads was reached.
    """
    owners = {
        *(each.owner for each in system.services.values()),
        *(each.owner for each in system.stores.values()),
        *(each.owner for each in system.journeys.values()),
    }
    alone = {
        name: Team(email=person.email)
        for name, person in system.people.items()
        if name in owners and name not in system.teams
    }
    teams = {name: team for name, team in system.teams.items() if name != UNASSIGNED}
    return {**teams, **alone}


def receiver_name(team: str, severity: Severity) -> str:
    """The receiver of a team's alerts of one severity."""
    return f"{team}-{severity.value}"


def receivers(context: Context, region: str) -> tuple[Receiver, ...]:
    """The region's watchdog, one for each team and severity, and one for what has no team."""
    system = context.system
    guard = called(WATCHDOG, region, context.regions[0])
    watchdog = Webhook(url=f"http://{context.placement.endpoint(guard, 'http')}/beat")
    found = [Receiver(name=WATCHDOG, webhook=(watchdog,))]
    for name, team in recipients(system).items():
        found += [
            _receiver(context, receiver_name(name, severity), name, team, severity)
            for severity in Severity
        ]
    everyone = [
        _receiver(context, FALLBACK, name, team, Severity.TICKET)
        for name, team in recipients(system).items()
    ]
    found += audiences.receivers(context)
    found.append(
        Receiver(
            name=FALLBACK,
            slack=tuple(each for one in everyone for each in one.slack),
            email=tuple(each for one in everyone for each in one.email),
        )
    )
    return tuple(found)


def _receiver(
    context: Context, name: str, team_name: str, team: Team, severity: Severity
) -> Receiver:
    settings: Settings = context.settings
    slack, email, pager = (
        _rehearsal(context, name, team_name, team)
        if context.rehearsal
        else _production(settings, team_name, team)
    )
    return Receiver(
        name=name,
        slack=slack,
        email=email if severity is not Severity.INFO else (),
        pagerduty=pager if severity is Severity.PAGE else (),
    )


Channels = tuple[tuple[Slack, ...], tuple[Email, ...], tuple[PagerDuty, ...]]


def _rehearsal(context: Context, name: str, team_name: str, team: Team) -> Channels:
    sink = context.placement.endpoint(SINK, "http")
    mail = context.placement.endpoint(SINK, "smtp")
    chat = team.chat or f"#{team_name}"
    return (
        (Slack(channel=chat, url=f"http://{sink}/slack/{name}"),),
        (
            Email(
                to=f"{name}@sink.example",
                sender=f"alerts@{context.system.name}.example",
                smarthost=str(mail),
                tls=False,
            ),
        ),
        (
            PagerDuty(
                key_file=f"${{self.dir}}/keys/{team_name}",
                url=f"http://{sink}/pagerduty/{name}/v2/enqueue",
            ),
        ),
    )


def _production(settings: Settings, team_name: str, team: Team) -> Channels:
    slack: tuple[Slack, ...] = ()
    email: tuple[Email, ...] = ()
    pager: tuple[PagerDuty, ...] = ()
    if settings.slack and team.chat:
        slack = (Slack(channel=team.chat, url_file="${self.dir}/keys/slack"),)
    if settings.email is not None and team.email:
        email = (
            Email(
                to=team.email,
                sender=settings.email.sender,
                smarthost=settings.email.smarthost,
                user=settings.email.user,
                password_file="${self.dir}/keys/mail" if settings.email.password else "",
            ),
        )
    if team.pager:
        pager = (PagerDuty(key_file=f"${{self.dir}}/keys/{team_name}"),)
    return slack, email, pager


def key_files(context: Context) -> Mapping[str, str]:
    """The files that receivers read their keys from, by path: text, or a secret by name."""
    if context.rehearsal:
        return {f"keys/{name}": PAGER_KEY for name in recipients(context.system)}
    found = {
        f"keys/{name}": f"${{secret.{team.pager}}}"
        for name, team in context.system.teams.items()
        if team.pager
    }
    settings: Settings = context.settings
    if settings.slack:
        found["keys/slack"] = f"${{secret.{settings.slack}}}"
    if settings.email is not None and settings.email.password:
        found["keys/mail"] = f"${{secret.{settings.email.password}}}"
    return found


def secrets(files: Iterable[File]) -> tuple[str, ...]:
    """The names of the secrets that these files hold."""
    named = [each for file in files for each in PATTERN.findall(file.text)]
    prefix = "secret."
    return tuple(
        dict.fromkeys(each.removeprefix(prefix) for each in named if each.startswith(prefix))
    )


def routes(system: System, settings: Settings) -> tuple[Route, ...]:
    """The watchdog first, then every pair of team and severity."""
    page = paging(settings)
    found = [Route(match={"alertname": meta.WATCHDOG}, receiver=WATCHDOG, timing=_WATCHDOG)]
    found += [
        Route(
            match={"team": team, "severity": severity.value},
            receiver=receiver_name(team, severity),
            timing=page if severity is Severity.PAGE else _TICKET,
            muted=muted(settings, team, severity),
        )
        for team in recipients(system)
        for severity in Severity
    ]
    return tuple(found)


def paging(settings: Settings) -> Timing:
    """How long pages wait, and what no route takes."""
    return Timing(
        wait=settings.group_wait.seconds,
        interval=settings.group_interval.seconds,
        repeat=settings.repeat.seconds,
    )


def muted(settings: Settings, team: str, severity: Severity) -> tuple[str, ...]:
    """The names of the mute times of a team's severity."""
    return tuple(
        name
        for name, each in settings.mute.items()
        if each.severity == severity.value and (not each.teams or team in each.teams)
    )


class Clock(StrEnum):
    """Which hours the mute times have: a rehearsal must not depend on the hour of the day."""

    DECLARED = "declared"
    ALWAYS = "always"
    NEVER = "never"


_HOURS: Mapping[Clock, tuple[Mapping[str, object], ...]] = {
    Clock.ALWAYS: ({"times": [{"start_time": "00:00", "end_time": "24:00"}]},),
    Clock.NEVER: ({"years": ["1970"]},),
}


def mute_times(settings: Settings, clock: Clock = Clock.DECLARED) -> tuple[MuteTime, ...]:
    """The mute times in Alertmanager's words: as declared, or with other hours."""
    found: list[MuteTime] = []
    for name, each in settings.mute.items():
        if clock is not Clock.DECLARED:
            found.append(MuteTime(name=name, intervals=_HOURS[clock]))
            continue
        interval: dict[str, object] = {"location": each.timezone}
        if each.weekdays:
            interval["weekdays"] = list(each.weekdays)
        if each.times:
            interval["times"] = [
                dict(zip(("start_time", "end_time"), span.split("-", 1), strict=True))
                for span in each.times
            ]
        found.append(MuteTime(name=name, intervals=(interval,)))
    return tuple(found)


def inhibitions(system: System) -> tuple[Inhibition, ...]:
    """A dead thing holds back the alerts of what needs it; a page holds back tickets like it.

    The source is an outage of the thing itself: a symptom (errors of a living service) holds back
    only what comes after it on the way to the user.
    """
    found: list[Inhibition] = []
    below = dependents(system)
    written = {journey: place for place, journey in enumerate(system.journeys)}
    for name in (*system.services, *system.stores):
        journeys = sorted(journeys_through(system, name), key=written.__getitem__)
        held = sorted(below.get(name, frozenset())) + journeys
        if held:
            found.append(
                Inhibition(
                    source={"tier": "outage", "service": name},
                    target={"service": "|".join(held)},
                    equal=("cluster", "region"),
                )
            )
    found += [
        # death explains the errors and the failing probe of the same service
        Inhibition(
            source={"alertname": "ServiceDown"},
            target={"tier": "outage", "alertname": "ServiceErrors|ProbeFailing"},
            equal=("cluster", "region", "service"),
        ),
        # an outage of the whole says more than each replica's death
        Inhibition(
            source={"alertname": "ServiceDown|ProbeFailing"},
            target={"alertname": redundancy.NAME},
            equal=("cluster", "region", "service"),
        ),
        # a service that says that it cannot work explains why it answers errors
        Inhibition(
            source={"alertname": "ProbeFailing"},
            target={"tier": "outage", "alertname": "ServiceErrors"},
            equal=("cluster", "region", "service"),
        ),
        Inhibition(
            source={"tier": "outage"},
            target={"tier": "burn"},
            equal=("cluster", "region", "service"),
        ),
        Inhibition(
            source={"tier": "burn", "severity": "page"},
            target={"tier": "burn", "severity": "ticket"},
            equal=("cluster", "region", "service"),
        ),
    ]
    return tuple(found)
