"""Mute times, asked of the running Alertmanager: what they hold back, and what they must not.

A rehearsal cannot wait for a Saturday, and no clock is faked: the declared mute times are given
hours that always hold, on the very routes that carry them; their declared hours are Alertmanager's
own words, which `amtool` checks.
"""

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.inhibition import NAME as INHIBITION
from seatrial.capabilities.alerting.judges import held_back
from seatrial.capabilities.alerting.notification import CHANNELS, post, status
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.steady import conditions
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Control, Expectation, Injection, Scenario, settled
from seatrial.engines.alertmanager import workload as alertmanager

MUTES = "mute-times"
_CLUSTER = "drill-mutes"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """None where no mute time is declared."""
    if not context.settings.mute:
        return ()
    posts = (
        post(_labels(team, severity))
        for team in routes.recipients(context.system)
        for severity in Severity
    )
    return (
        Scenario(
            name=MUTES,
            question="Does each mute time hold back what it names, and nothing else?",
            injections=(Injection(actions=(_hours(context, routes.Clock.ALWAYS), *posts)),),
            # the others ask the same Alertmanager, with its own configuration
            radius=frozenset({CHANNELS, INHIBITION}),
            within=75.0,
            steady=conditions(traffic=bool(context.system.journeys)),
        ),
    )


def _hours(context: Context, clock: routes.Clock) -> AlterFile:
    text = configuration(context, clock=clock)
    return AlterFile(workload=alertmanager.NAME, path="alertmanager.yml", text=text)


def _labels(team: str, severity: Severity) -> dict[str, str]:
    return {
        "alertname": "MuteDrill",
        "cluster": _CLUSTER,
        "service": f"{team}-{severity.value}",
        "severity": severity.value,
        "team": team,
        "tier": "meta",
    }


def expectation(context: Context, scenario: Scenario) -> Expectation:
    """Alertmanager says of each alert whether a mute time holds it back."""
    pairs = [
        (team, severity) for team in routes.recipients(context.system) for severity in Severity
    ]
    named = {pair: {"cluster": _CLUSTER, "service": f"{pair[0]}-{pair[1].value}"} for pair in pairs}
    muted = [pair for pair in pairs if routes.muted(context.settings, *pair)]
    judge = held_back(
        tuple(named[each] for each in muted),
        tuple(named[each] for each in pairs if each not in muted),
        by="mute",
    )
    return Expectation(
        name="muted/hours",
        scenario=scenario.name,
        requirements=("R03.4",),
        summary="declared mute times hold back what they name, and never a page",
        watches=(status(),),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect="the mute times never hold",
            actions=(_hours(context, routes.Clock.NEVER),),
            late=True,
        ),
        depends=("teams", "services", "stores", "journeys", "alerting"),
        engines=("alertmanager",),
        expects=({"alertname": "MuteDrill"},),
    )
