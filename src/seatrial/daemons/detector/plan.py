"""What is looked for: a JSON file, read once at the start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.shared.errors import StartError

TYPES = frozenset({"event_count", "value_count", "temporal", "temporal_ordered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is told when a correlation holds."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """What makes several events one: `span` in seconds, `fields` by part in the order of `by`.

    `value` is the field whose values are counted. Without an `alert` it is only a part of others.
    """

    name: str
    type: str
    parts: tuple[str, ...]
    by: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    value: str
    span: float
    count: int
    alert: Alert | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """A rule of which one line is an attack: others see it, unless the line comes late."""

    query: str
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Queries by the rule's name, and correlations, each after its parts; times in seconds.

    `singles` are looked for in lines alone that came later than `keep` after their own instant.
    """

    every: float
    keep: float
    queries: Mapping[str, str]
    correlations: tuple[Correlation, ...]
    singles: tuple[Single, ...] = ()

    def alerts(self) -> tuple[Alert, ...]:
        """All that can be told."""
        of_several = (each.alert for each in self.correlations if each.alert is not None)
        return (*of_several, *(each.alert for each in self.singles))

    def horizons(self) -> Mapping[str, float]:
        """How far back each query's events matter, in seconds."""
        found: dict[str, float] = {
            each.name: self.keep for each in self.correlations if each.alert is not None
        }
        for each in reversed(self.correlations):
            for part in each.parts:
                reach = found.get(each.name, 0.0) + each.span
                found[part] = max(found.get(part, 0.0), reach)
        return {name: found.get(name, 0.0) for name in self.queries}

    def fields(self) -> Mapping[str, Sequence[str]]:
        """The fields of each query's lines that matter."""
        return {
            name: tuple(
                dict.fromkeys(
                    wanted
                    for each in self.correlations
                    if name in each.parts
                    for wanted in (*each.fields.get(name, ()), each.value)
                    if wanted
                )
            )
            for name in self.queries
        }


def load(path: Path) -> Plan:
    """Read the plan. Raises StartError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Plan(
            every=float(found["every"]),
            keep=float(found["keep"]),
            queries={str(name): str(query) for name, query in found["queries"].items()},
            correlations=tuple(_correlation(each) for each in found["correlations"]),
            singles=tuple(
                Single(query=str(each["query"]), alert=_alert(each["alert"]))
                for each in found["singles"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StartError(f"{path}: no plan of correlations: {error}") from error


def _correlation(found: Mapping[str, object]) -> Correlation:
    """Raises KeyError, TypeError, ValueError."""
    values: dict[str, object] = {**found}
    if values["type"] not in TYPES:
        raise ValueError(f"{values['type']!r} is no type of correlation")
    fields: object = values["fields"]
    alert: object = values["alert"]
    if not isinstance(fields, dict) or not isinstance(alert, dict | None):
        raise TypeError("fields and alert are mappings")
    return Correlation(
        name=str(values["name"]),
        type=str(values["type"]),
        parts=_texts(values["parts"]),
        by=_texts(values["by"]),
        fields={str(part): _texts(names) for part, names in fields.items()},
        value=str(values["value"]),
        span=float(str(values["span"])),
        count=int(str(values["count"])),
        alert=_alert(alert) if alert else None,
    )


def _alert(found: Mapping[str, Mapping[str, str]]) -> Alert:
    return Alert(labels=found["labels"], annotations=found["annotations"])


def _texts(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        raise TypeError("a list is wanted")
    return tuple(str(each) for each in found)
