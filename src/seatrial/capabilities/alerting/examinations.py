"""What promtool and amtool must say of the rules and routes: nothing has to run for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.render import configuration
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule, RuleGroup, Severity
from seatrial.contract.examination import Examination, Spoiled
from seatrial.engines.alertmanager import query
from seatrial.engines.prometheus import rules

CONFIG = "alertmanager.yml"
_NEVER = "vector(1) > 2"


def examinations(context: Context) -> tuple[Examination, ...]:
    """Every alert is made to fire and to clear, every pair of team and severity is routed."""
    return (*_rules(context), *_routes(context), _valid(context))


def _rules(context: Context) -> Iterator[Examination]:
    version = context.versions.get("prometheus", "3")
    for group in context.declarations.groups:
        for alert in group.alerts:
            if alert.test is not None:
                yield _rule(group, alert, version)


def _rule(group: RuleGroup, alert: AlertRule, version: str) -> Examination:
    """One alert with the recording rules of its group, in a file of its own."""
    alone = replace(group, alerts=(alert,))
    blind = replace(group, alerts=(replace(alert, expr=_NEVER),))
    files = {
        "rules.yml": rules.rule_file((alone,), links=_no_links, version=version),
        "test.yml": rules.test_file("rules.yml", (alone,), links=_no_links),
    }
    return Examination(
        name=f"rules/{alert.subject}/{alert.name}{_suffix(alert)}",
        test="T1",
        requirements=("T1", "R03.1"),
        summary=f"{alert.name} of {alert.subject} fires when it should, and clears",
        engine="prometheus",
        files=files,
        argv=("promtool", "test", "rules", "test.yml"),
        spoiled=Spoiled(
            defect="its expression is never true",
            files={
                **files,
                "rules.yml": rules.rule_file((blind,), links=_no_links, version=version),
            },
        ),
    )


def _suffix(alert: AlertRule) -> str:
    """Alerts of one name and subject differ in their severity or their own labels."""
    own = dict.fromkeys(each for each in alert.labels.values() if each != alert.subject)
    return "".join(f"-{each}" for each in (alert.severity.value, *own))


def _no_links(_alert: AlertRule) -> Mapping[str, str]:
    return {}


def _routes(context: Context) -> Iterator[Examination]:
    text = configuration(context)
    files = {CONFIG: text, **routes.key_files(context)}
    for team in routes.recipients(context.system):
        for severity in Severity:
            receiver = routes.receiver_name(team, severity)
            lost = tuple(
                replace(each, receiver=routes.FALLBACK) if each.receiver == receiver else each
                for each in routes.routes(context.system, context.settings)
            )
            yield Examination(
                name=f"routes/{team}/{severity.value}",
                test="T1",
                requirements=("T1", "R03.2"),
                summary=f"a {severity.value} of {team} goes to {receiver} and nowhere else",
                engine="alertmanager",
                files=files,
                argv=query.route_test(
                    CONFIG, {"team": team, "severity": severity.value}, (receiver,)
                ),
                spoiled=Spoiled(
                    defect=f"the route of {receiver} leads elsewhere",
                    files={**files, CONFIG: configuration(context, routing=lost)},
                ),
            )


def _valid(context: Context) -> Examination:
    text = configuration(context, clock=routes.Clock.DECLARED)
    files = {CONFIG: text, **routes.key_files(context)}
    return Examination(
        name="routes/configuration",
        test="T1",
        requirements=("T1", "R03.2"),
        summary="Alertmanager accepts its configuration, with the declared mute times",
        engine="alertmanager",
        files=files,
        argv=("amtool", "check-config", CONFIG),
        spoiled=Spoiled(
            defect="a route names a receiver that is not there",
            files={**files, CONFIG: text.replace(f"name: {routes.FALLBACK}", "name: nobody")},
        ),
    )
