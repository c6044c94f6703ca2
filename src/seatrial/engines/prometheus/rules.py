"""Rule files and their promtool tests, written from declared rule groups.

Formats: the product's references for recording rules, alerting rules and rule unit tests. The
rules of one subject are one file, with one test file beside it: promtool evaluates every rule of
a file in each test, so one big file would cost the square of its size.
"""

from collections.abc import Callable, Iterable, Mapping

from packaging.version import Version

from seatrial.contract.declaration import AlertRule, RuleGroup, RuleTest
from seatrial.engines.documents import seconds, to_yaml

KEEP_FIRING = Version("2.42")
EVERYWHERE: Mapping[str, str] = {}  # no label but the alert's own
Links = Callable[[AlertRule], Mapping[str, str]]


def annotations(rule: AlertRule, links: Mapping[str, str]) -> dict[str, str]:
    """An alert's annotations: a sentence, what it means, and where to go from there."""
    return {"summary": rule.summary, "description": rule.description, **links}


def labels(rule: AlertRule, scope: Mapping[str, str]) -> dict[str, str]:
    """An alert's own labels; `scope` are those that every alert has where it is evaluated."""
    return {
        "severity": rule.severity.value,
        "tier": rule.tier.value,
        "team": rule.owner,
        "service": rule.subject,
        **scope,
        **rule.labels,
    }


def rule_file(
    groups: tuple[RuleGroup, ...],
    *,
    links: Links,
    version: str = "3",
) -> str:
    """The text of one rule file. `links` gives an alert's link annotations."""
    return to_yaml(document(groups, links=links, version=version))


def document(
    groups: tuple[RuleGroup, ...],
    *,
    links: Links,
    version: str = "3",
    scope: Mapping[str, str] = EVERYWHERE,
) -> dict[str, object]:
    """What a rule file says; the spec of a PrometheusRule says the same."""
    keeps = Version(version) >= KEEP_FIRING
    return {"groups": [_group(each, links, scope, keeps=keeps) for each in groups]}


def files(groups: Iterable[RuleGroup]) -> Mapping[str, tuple[RuleGroup, ...]]:
    """The groups by the file they go to: what stands before `:` in a group's name."""
    found: dict[str, tuple[RuleGroup, ...]] = {}
    for group in groups:
        if group.alerts or group.records:
            name = group.name.partition(":")[0]
            found[name] = (*found.get(name, ()), group)
    return found


def path(name: str) -> str:
    """Where the rule file of that name is, relative to Prometheus's folder."""
    return f"rules/{name}.yml"


def _group(
    group: RuleGroup, links: Links, scope: Mapping[str, str], *, keeps: bool
) -> dict[str, object]:
    rules: list[dict[str, object]] = [
        {"record": each.record, "expr": each.expr, "labels": dict(each.labels)}
        if each.labels
        else {"record": each.record, "expr": each.expr}
        for each in group.records
    ]
    for alert in group.alerts:
        rule: dict[str, object] = {"alert": alert.name, "expr": alert.expr}
        if alert.hold:
            rule["for"] = seconds(alert.hold)
        if alert.keep and keeps:
            rule["keep_firing_for"] = seconds(alert.keep)
        rule["labels"] = labels(alert, scope)
        rule["annotations"] = annotations(alert, links(alert))
        rules.append(rule)
    return {"name": group.name, "interval": seconds(group.interval), "rules": rules}


def test_file(
    rules_path: str,
    groups: tuple[RuleGroup, ...],
    *,
    links: Links,
    scope: Mapping[str, str] = EVERYWHERE,  # noqa: PT028 - promtool's test, not pytest's
) -> str:
    """The promtool test of one rule file: every alert is made to fire, and made to clear."""
    tests = [
        _test(alert, alert.test, links(alert), scope)
        for group in groups
        for alert in group.alerts
        if alert.test is not None
    ]
    # a test of days in steps of five seconds would take minutes: evaluate as densely as needed
    every = min(
        (alert.test.interval for group in groups for alert in group.alerts if alert.test),
        default=15.0,
    )
    return to_yaml(
        {"rule_files": [rules_path], "evaluation_interval": seconds(every), "tests": tests}
    )


def _test(
    alert: AlertRule, test: RuleTest, links: Mapping[str, str], scope: Mapping[str, str]
) -> dict[str, object]:
    fired = {
        "exp_labels": {**test.labels, **labels(alert, scope)},
        "exp_annotations": annotations(alert, links),
    }
    return {
        "name": f"{alert.name} of {alert.subject} fires and clears",
        "interval": seconds(test.interval),
        "input_series": [{"series": each.series, "values": each.values} for each in test.inputs],
        "alert_rule_test": [
            {"eval_time": seconds(at), "alertname": alert.name, "exp_alerts": expected}
            for at, expected in ((test.fires_at, [fired]), (test.clear_at, []))
        ],
    }
