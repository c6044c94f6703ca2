"""A page of each team that a drill itself asks for: it shows that a page would have come.

It is posted to the running Alertmanager and goes the way of every page: the team's own route, its
receiver, each of its channels. The way from Prometheus to there is shown by the watchdog's beats.
"""

from collections.abc import Callable

from seatrial.capabilities.alerting import arrivals, controls
from seatrial.capabilities.alerting.judges import Wanted, delivered, ripe
from seatrial.capabilities.alerting.notification import post
from seatrial.capabilities.alerting.routes import receiver_name, recipients
from seatrial.contract.action import describe
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Expectation, Injection, Scenario
from seatrial.contract.timeline import Timeline

ALERT = "CanaryDrill"
_SLACK = 20.0  # seconds beyond `group_wait` that a page may take on a busy machine


def within(context: Context) -> float:
    """Seconds in which a canary must have arrived."""
    return float(context.settings.group_wait.seconds) + _SLACK


def injection(context: Context, least: float = 0.0) -> Injection:
    """One canary for each team, in place until it was seen, and at least so many seconds."""
    teams = recipients(context.system)
    return Injection(
        actions=tuple(post(_labels(team)) for team in teams),
        hold=None if teams else least,
        least=least,
    )


def wanted(context: Context) -> tuple[Wanted, ...]:
    """The pages that the canaries ask for, counted from their injection."""
    return tuple(
        Wanted(
            labels={"alertname": ALERT, "service": _labels(team)["service"]},
            receiver=receiver_name(team, Severity.PAGE),
            target=within(context),
            cause=describe(post(_labels(team))),
        )
        for team in recipients(context.system)
    )


def seen(canaries: tuple[Wanted, ...]) -> Callable[[Timeline], bool]:
    """Whether each canary has arrived on every channel."""
    return lambda timeline: all(ripe(each)(timeline) for each in canaries)


def _labels(team: str) -> dict[str, str]:
    return {
        "alertname": ALERT,
        "cluster": "drill-canary",
        "service": f"{team}-canary",
        "severity": Severity.PAGE.value,
        "team": team,
        "tier": "meta",
    }


def expectation(context: Context, scenario: Scenario) -> Expectation:
    """The canaries arrive; where nothing can arrive, nothing was quiet."""
    canaries = wanted(context)
    return Expectation(
        name=f"reached/{scenario.name}",
        scenario=scenario.name,
        requirements=("R03.1", "R03.3"),
        summary="a page to each team still arrives after all was quiet",
        watches=(arrivals.WATCH,),
        judge=delivered(canaries),
        ripe=seen(canaries),
        control=controls.sink_deaf(),
        depends=("teams", "services", "stores", "journeys", "alerting"),
        engines=("alertmanager",),
        expects=({"alertname": ALERT},),
    )
