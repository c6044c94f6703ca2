"""Defects planted on purpose: with each of these, its expectation must turn red."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.declare import SINK
from seatrial.capabilities.alerting.render import configuration
from seatrial.contract.action import Action, AlterFile
from seatrial.contract.arrivals import deaf
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule, RuleGroup, Severity
from seatrial.contract.scenario import Control
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import rules
from seatrial.engines.prometheus import workload as prometheus

_EAGER = 5.0  # seconds


def route_muted(context: Context, team: str) -> Control:
    """The team's pages go to the receiver for what nobody owns."""
    wrong = tuple(
        replace(each, receiver=routes.FALLBACK)
        if each.receiver == routes.receiver_name(team, Severity.PAGE)
        else each
        for each in routes.routes(context.system, context.settings)
    )
    return Control(
        defect=f"the route of {team}'s pages leads elsewhere",
        actions=(_alertmanager(configuration(context, routing=wrong)),),
    )


def no_inhibition(context: Context) -> Control:
    """Dependents' alerts are not held back."""
    return Control(
        defect="the inhibition rules are gone",
        actions=(_alertmanager(configuration(context, inhibiting=())),),
    )


def repeated(context: Context) -> Control:
    """A page that nobody has answered comes again every few seconds."""
    eager = tuple(
        replace(each, timing=replace(each.timing, interval=_EAGER, repeat=1.0))
        if each.match.get("severity") == Severity.PAGE.value
        else each
        for each in routes.routes(context.system, context.settings)
    )
    return Control(
        defect=f"a page is sent again every {_EAGER:.0f} s",
        actions=(_alertmanager(configuration(context, routing=eager)),),
    )


def _alertmanager(text: str) -> AlterFile:
    return AlterFile(workload=alertmanager.NAME, path="alertmanager.yml", text=text)


def sink_deaf() -> Control:
    """Every channel refuses what it is sent."""
    refused = {"channels": ["slack", "pagerduty", "email"], "receivers": []}
    return Control(defect="every channel refuses messages", actions=(deaf(SINK, "http", refused),))


def rule_missing(context: Context, alert: str, subject: str) -> Control:
    """The rule is not there."""

    def drop(rule: AlertRule) -> AlertRule | None:
        return None if (rule.name, rule.subject) == (alert, subject) else rule

    return Control(defect=f"the rule {alert} of {subject} is gone", actions=altered(context, drop))


def hold_removed(context: Context, subjects: Iterable[str]) -> Control:
    """One failed scrape is enough to page."""
    concerned = frozenset(subjects)

    def hasty(rule: AlertRule) -> AlertRule | None:
        return replace(rule, hold=0.0) if rule.subject in concerned else rule

    return Control(defect="`for` is removed from the rules", actions=altered(context, hasty))


def altered(
    context: Context,
    change: Callable[[AlertRule], AlertRule | None],
    *,
    server: str = prometheus.NAME,
    centre: bool = False,
) -> tuple[Action, ...]:
    """One AlterFile for each rule file of that Prometheus that the change touches."""
    found: list[Action] = []
    version = context.versions.get("prometheus", "3")
    own = (each for each in context.declarations.groups if each.centre is centre)
    for name, groups in rules.files(own).items():
        changed = tuple(_group(each, change) for each in groups)
        if changed != groups:
            text = rules.rule_file(changed, links=lambda _: {}, version=version)
            found.append(AlterFile(workload=server, path=rules.path(name), text=text))
    return tuple(found)


def _group(group: RuleGroup, change: Callable[[AlertRule], AlertRule | None]) -> RuleGroup:
    kept = tuple(new for each in group.alerts if (new := change(each)) is not None)
    return replace(group, alerts=kept)


def pages_on_silence(context: Context) -> Control:
    """The journey rules take the absence of traffic for failure."""

    def nervous(rule: AlertRule) -> AlertRule | None:
        if rule.name != "JourneyFailing":
            return rule
        quiet = rule.expr.replace(">= 3", ">= 0")
        return replace(rule, expr=quiet, hold=0.0)

    return Control(
        defect="the journey rules take absence of traffic for failure",
        actions=altered(context, nervous),
    )


def replicas_all_wanted(context: Context) -> Control:
    """One replica that is down counts as an outage, at once."""

    def strict(rule: AlertRule) -> AlertRule | None:
        if rule.name != "ServiceDown":
            return rule
        return replace(rule, expr=rule.expr.replace("sum by", "min by"), hold=0.0)

    return Control(
        defect="one replica that is down counts as an outage", actions=altered(context, strict)
    )
