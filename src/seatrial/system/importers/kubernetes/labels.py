"""Labels, and the selectors that choose by them."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One of `matchExpressions`."""

    key: str
    operator: str
    values: frozenset[str]

    def meets(self, chosen: Labels) -> bool:
        """Whether what bears those labels meets it; an unknown operator is met by nothing."""
        value = chosen.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value is None or value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """What chooses objects by their labels: all of `wanted`, and all of `expressions`."""

    wanted: Labels
    expressions: tuple[Expression, ...] = ()

    def chooses(self, chosen: Labels) -> bool:
        """Whether it chooses what bears those labels.

        An empty one chooses nothing here, although some kinds take it for everything.
        """
        if not self.wanted and not self.expressions:
            return False
        return all(chosen.get(key) == value for key, value in self.wanted.items()) and all(
            expression.meets(chosen) for expression in self.expressions
        )


def labels(at: Cursor) -> dict[str, str]:
    """The labels of a mapping, each value as it is written."""
    return {key: value.text for key, value in at.entries.items()}


def selector(at: Cursor) -> Selector:
    """A selector in both forms: a plain mapping, and `matchLabels` with `matchExpressions`."""
    if not at.entries.keys() & {"matchLabels", "matchExpressions"}:
        return Selector(wanted=labels(at))
    return Selector(
        wanted=labels(at.at("matchLabels")),
        expressions=tuple(
            Expression(
                key=each.at("key").text,
                operator=each.at("operator").text,
                values=frozenset(value.text for value in each.at("values").items),
            )
            for each in at.at("matchExpressions").items
        ),
    )
