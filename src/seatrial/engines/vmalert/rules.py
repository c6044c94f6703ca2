"""Alerting rules over logs, as vmalert reads them.

Format: the product's reference for groups of the type `vlogs`. An expression holds its own window,
so that it looks further back than one evaluation: a line that comes late is still seen.
"""

from collections.abc import Callable, Iterable, Mapping

from seatrial.contract.declaration import AlertRule
from seatrial.engines.documents import seconds, to_yaml

COUNTED = "events"
FIRING = "vmalert_alerts_firing"
GROUP = "([^/]*)/([^/]*)/(.*)"  # severity, team and service in the name of a group


def some(where: str, *, window: float, by: str) -> str:
    """A query that has an answer while a line matched in the last `window` seconds.

    There is one alert for each value of the field `by`.
    """
    return f"_time:{seconds(window)} {where} | stats by ({by}) count() as {COUNTED}"


def fewer(where: str, *, than: int, window: float) -> str:
    """A query that has an answer while fewer lines than that matched in the last seconds."""
    return (
        f"_time:{seconds(window)} {where} | stats count() as {COUNTED} | filter {COUNTED}:<{than}"
    )


def rule_file(
    rules: Iterable[AlertRule],
    *,
    interval: float,
    labels: Callable[[AlertRule], Mapping[str, str]],
    annotations: Callable[[AlertRule], Mapping[str, str]],
) -> str:
    """The text of one rule file; `interval` in seconds.

    vmalert's own figures tell of an alert its name and its group, and none of its labels. So rules
    that call the same people about the same thing are a group, which `group_name` names.
    """
    groups: dict[str, list[dict[str, object]]] = {}
    for each in rules:
        rule: dict[str, object] = {"alert": each.name, "expr": each.expr}
        if each.hold:
            rule["for"] = seconds(each.hold)
        # braces of a template would be read as one
        told = {key: _plain(text) for key, text in annotations(each).items()}
        # the name of the figure, which vmalert makes a label, says nothing: empty, it is left out
        own = {**labels(each), "stats_result": ""}
        groups.setdefault(group_name(each), []).append({**rule, "labels": own, "annotations": told})
    return to_yaml(
        {
            "groups": [
                {"name": name, "type": "vlogs", "interval": seconds(interval), "rules": found}
                for name, found in groups.items()
            ]
        }
    )


def group_name(rule: AlertRule) -> str:
    """Whom a rule calls and about what, as GROUP reads it."""
    return f"{rule.severity.value}/{rule.owner}/{rule.subject}"


def _plain(text: str) -> str:
    return text.replace("{{", "{ {")
