"""What promtool must say of Prometheus's configuration and rules: nothing has to run for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seatrial.capabilities.metrics.render import links_of, rule_text, server_files
from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule, RuleGroup, RuleTest
from seatrial.contract.examination import Examination, Spoiled
from seatrial.engines.prometheus import rules

CONFIG = "prometheus.yml"
_TEST = "test.yml"
_NEVER = "vector(1) > 2"


def examinations(context: Context) -> tuple[Examination, ...]:
    """Prometheus accepts all of its files, and every alert is made to fire and to clear."""
    return (_configuration(context), *_rules(context))


def _configuration(context: Context) -> Examination:
    files = {each.path: each.text for each in server_files(context) if not each.secret}
    rule = next((path for path in sorted(files) if path.startswith("rules/")), None)
    spoiled = (
        {**files, rule: files[rule].replace("expr: ", "expr: (", 1)}
        if rule is not None
        else {**files, CONFIG: files[CONFIG].replace("scrape_configs", "scrape_konfigs")}
    )
    return Examination(
        name="collection/configuration",
        test="T1",
        requirements=("T1", "R01.2"),
        summary="Prometheus accepts its configuration, its targets and every rule file",
        engine="prometheus",
        files=files,
        argv=("promtool", "check", "config", CONFIG),
        spoiled=(Spoiled(defect="one expression does not parse", files=spoiled),),
    )


def _rules(context: Context) -> Iterator[Examination]:
    """Each alert in the rule file that Prometheus reads, by a test of its own."""
    for name, groups in rules.files(context.declarations.groups).items():
        text = rule_text(context, groups)
        for group in groups:
            for alert in group.alerts:
                if alert.test is not None:
                    yield _rule(context, rules.path(name), text, group, alert, alert.test)


def _rule(  # noqa: PLR0917 - a file, and an alert in it
    context: Context, path: str, text: str, group: RuleGroup, alert: AlertRule, test: RuleTest
) -> Examination:
    alone = replace(group, alerts=(alert,))
    own = links_of(context)(alert)  # they carry its expression: a spoiled copy keeps them
    files = {path: text, _TEST: rules.test_file(path, (alone,), links=lambda _: own)}

    def spoiled(defect: str, expr: str) -> Spoiled:
        """Only this alert is tested, so that the others of its file need not be there."""
        broken = replace(group, alerts=(replace(alert, expr=expr),))
        copy = rule_text(context, (broken,), lambda _: own)
        return Spoiled(defect=defect, files={**files, path: copy})

    return Examination(
        name=f"rules/{alert.subject}/{alert.name}{_suffix(alert)}",
        test="T1",
        requirements=("T1", "R03.1"),
        summary=f"{alert.name} of {alert.subject} fires when it should, and clears",
        engine="prometheus",
        files=files,
        argv=("promtool", "test", "rules", _TEST),
        spoiled=(
            spoiled("its expression is never true", _NEVER),
            spoiled("its expression is always true", always(test.labels)),
        ),
    )


def always(labels: Mapping[str, str]) -> str:
    """PromQL that is always true, with these labels: what fires is right, but never clears."""
    expr = "vector(1)"
    for name, value in labels.items():
        expr = f'label_replace({expr}, "{name}", "{value}", "", "")'
    return expr


def _suffix(alert: AlertRule) -> str:
    """Alerts of one name and subject differ in their severity or their own labels."""
    own = dict.fromkeys(each for each in alert.labels.values() if each != alert.subject)
    return "".join(f"-{each}" for each in (alert.severity.value, *own))
