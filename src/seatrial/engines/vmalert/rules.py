"""Alerting rules over logs, as vmalert reads them.

Format: the product's reference for groups of the type `vlogs`. An expression holds its own window,
so that it looks further back than one evaluation: a line that comes late is still seen.
"""

from collections.abc import Callable, Iterable, Mapping

from seatrial.contract.declaration import AlertRule
from seatrial.engines.documents import seconds, to_yaml

COUNTED = "events"


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
    """The text of one rule file with one group; `interval` in seconds."""
    found = []
    for each in rules:
        rule: dict[str, object] = {"alert": each.name, "expr": each.expr}
        if each.hold:
            rule["for"] = seconds(each.hold)
        # braces of a template would be read as one
        told = {key: _plain(text) for key, text in annotations(each).items()}
        # the name of the figure, which vmalert makes a label, says nothing: empty, it is left out
        own = {**labels(each), "stats_result": ""}
        found.append({**rule, "labels": own, "annotations": told})
    group = {
        "name": "detections",
        "type": "vlogs",
        "interval": seconds(interval),
        "rules": found,
    }
    return to_yaml({"groups": [group] if found else []})


def _plain(text: str) -> str:
    return text.replace("{{", "{ {")
