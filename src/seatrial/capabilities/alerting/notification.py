"""The way from Alertmanager to people: every channel, and silences.

Alerts are posted to the running Alertmanager, so that it is Alertmanager's own router, silencer
and inhibitor that answer, never an evaluator of ours. Each drill's alerts carry a cluster label of
their own and cannot touch, or be touched by, the system's real ones.
"""

import json
from collections.abc import Mapping

from seatrial.capabilities.alerting import arrivals, controls
from seatrial.capabilities.alerting.judges import Wanted, delivered, paged_after, ripe
from seatrial.capabilities.alerting.routes import receiver_name, recipients
from seatrial.capabilities.alerting.steady import conditions
from seatrial.capabilities.alerting.telling import tells
from seatrial.contract.action import Kill, Request
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.scenario import Control, Expectation, Injection, Scenario, Watch
from seatrial.engines.alertmanager import query
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.alertmanager.posting import posted
from seatrial.system import graph

CHANNELS = "channels"
SILENCE = "silence"
SILENCED_FOR = 40


def post(labels: Mapping[str, str]) -> Request:
    """An alert that fires until the undo resolves it."""
    return posted(
        labels,
        {
            "summary": "A drill of the notification path",
            "description": "Nothing is wrong; this shows that you can be reached.",
            "runbook_url": ".seatrial/runbooks/",
            "panel_url": "http://localhost/",
        },
    )


def status() -> Watch:
    """What Alertmanager says of each alert: active, or held back and by what."""
    return Watch(
        name="alertmanager",
        workload=alertmanager.NAME,
        port="http",
        path="/api/v2/alerts/groups",
        parse=query.suppressed,
        every=1.0,
    )


def channels(context: Context) -> Scenario:
    """One alert for each team and severity."""
    return Scenario(
        name=CHANNELS,
        question="Does every pair of team and severity reach its receiver, on each channel?",
        injections=(
            Injection(
                actions=tuple(
                    post(_channel_labels(team, severity))
                    for team in recipients(context.system)
                    for severity in Severity
                )
            ),
        ),
        radius=frozenset({CHANNELS}),
        within=75.0,
        steady=conditions(traffic=bool(context.system.journeys)),
        quick=True,
    )


def _channel_labels(team: str, severity: Severity) -> dict[str, str]:
    return {
        "alertname": "ChannelDrill",
        "cluster": "drill-channels",
        "service": f"{team}-{severity.value}",
        "severity": severity.value,
        "team": team,
        "tier": "meta",
    }


def channels_expectation(context: Context, scenario: Scenario) -> Expectation:
    """Each message arrives at its receiver, in the form that the channel asks for."""
    wanted = tuple(
        Wanted(
            labels={"alertname": "ChannelDrill", "service": f"{team}-{severity.value}"},
            receiver=receiver_name(team, severity),
            target=60.0,
            channels=_channels_of(severity),
        )
        for team in recipients(context.system)
        for severity in Severity
    )
    return Expectation(
        name="delivered/channels",
        scenario=scenario.name,
        requirements=("R03.2", "R03.3"),
        summary="every team and severity reaches its receiver on Slack, e-mail and PagerDuty",
        watches=(arrivals.WATCH,),
        judge=delivered(wanted),
        ripe=lambda timeline: all(ripe(each)(timeline) for each in wanted),
        control=controls.sink_deaf(),
        depends=("teams", "services", "stores", "journeys", "alerting"),
        engines=("alertmanager",),
        expects=({"alertname": "ChannelDrill"},),
    )


def _channels_of(severity: Severity) -> tuple[str, ...]:
    return {
        Severity.PAGE: ("pagerduty", "slack", "email"),
        Severity.TICKET: ("slack", "email"),
        Severity.INFO: ("slack",),
    }[severity]


def silence(context: Context, subject: str) -> Scenario:
    """A silence over a real outage, which lasts longer than the silence."""
    return Scenario(
        name=SILENCE,
        question="Does a silence hold a page back, and only until it expires?",
        injections=(Injection(actions=(_silence({"service": subject}), Kill(workload=subject))),),
        radius=graph.radius(context.system, subject),
        within=SILENCED_FOR + context.system.targets.fault_to_page.seconds,
        steady=conditions(traffic=bool(context.system.journeys)),
    )


def _silence(matchers: Mapping[str, str], lasts: int = SILENCED_FOR) -> Request:
    body = {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in matchers.items()
        ],
        "startsAt": "${now+0}",
        "endsAt": f"${{now+{lasts}}}",
        "createdBy": "seatrial",
        "comment": "a drill of silences, ${injection}",
    }
    return Request(
        workload=alertmanager.NAME,
        port="http",
        method="POST",
        path="/api/v2/silences",
        body=json.dumps(body),
        undo=Request(
            workload=alertmanager.NAME,
            port="http",
            method="DELETE",
            path="/api/v2/silence/${answer.silenceID}",
        ),
    )


def silence_expectation(context: Context, scenario: Scenario) -> Expectation:
    """No page while it is silenced, one soon after."""
    subject = next(
        action.workload
        for injection in scenario.injections
        for action in injection.actions
        if isinstance(action, Kill)
    )
    service = context.system.services[subject]
    told = tells(context.system, subject)
    if told is None:
        raise LookupError(f"{scenario.name} has nothing to look for")
    alert, _ = told
    wanted = Wanted(
        labels={"alertname": alert, "service": subject},
        receiver=receiver_name(service.owner, Severity.PAGE),
        target=SILENCED_FOR + context.system.targets.fault_to_page.seconds,
    )
    return Expectation(
        name=f"silenced/{subject}",
        scenario=scenario.name,
        requirements=("R03.4",),
        summary=f"a silence of {SILENCED_FOR} s holds the page of {subject} back until it expires",
        watches=(arrivals.WATCH,),
        judge=paged_after(wanted, float(SILENCED_FOR)),
        ripe=ripe(wanted),
        control=Control(
            defect="another silence never expires",
            actions=(_silence({"service": subject}, lasts=3600),),
        ),
        depends=(
            f"services.{subject}",
            f"teams.{service.owner}",
            "alerting",
            "monitoring",
            "targets.fault_to_page",
        ),
        engines=("prometheus", "alertmanager"),
        expects=(dict(wanted.labels),),
    )
