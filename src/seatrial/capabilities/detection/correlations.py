"""Correlations as they are evaluated here; what has no exact meaning is refused.

Windows slide: whenever a line comes, what came in the time span before it is looked at. A count
that grows to ten passes through every smaller number, so that of the comparisons only `gte` and
`gt` mean anything there. `lt` and `lte` mean the window that ends now, without groups: nobody can
know of a group that wrote nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaCorrelationType,
)
from sigma.correlations import SigmaCorrelationConditionOperator as Operator

from seatrial.capabilities.detection.documents import Document, refused
from seatrial.capabilities.detection.model import Correlation, Rule
from seatrial.capabilities.detection.words import description, ids, severity
from seatrial.system.problem import Problem

_COUNTS = {SigmaCorrelationType.EVENT_COUNT, SigmaCorrelationType.VALUE_COUNT}
_ORDERS = {SigmaCorrelationType.TEMPORAL, SigmaCorrelationType.TEMPORAL_ORDERED}
_MORE = {Operator.GTE: 0, Operator.GT: 1}
_LESS = {Operator.LT: 0, Operator.LTE: 1}


class _Refusal(Exception):  # noqa: N818 - caught where it is made a problem
    """Why a correlation is not in force."""

    def __init__(self, reason: str, key: str = "correlation") -> None:
        super().__init__(reason)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """What a correlation can be made of: names by reference, rules, correlations before it."""

    names: Mapping[str, str]
    rules: Mapping[str, Rule]
    before: dict[str, Correlation] = field(default_factory=dict)

    def parts(self, document: Document) -> set[str | None]:
        return {self.names.get(each.reference) for each in document.rule.rules or ()}

    def part(self, reference: str) -> str:
        """The name of a rule that is in force."""
        name = self.names.get(reference)
        if name is None:
            raise _Refusal(f"there is no rule {reference!r}", "rules")
        if name not in self.rules and name not in self.before:
            raise _Refusal(f"its rule {reference!r} is not in force", "rules")
        return name


def correlations(
    known: Mapping[str, Document], rules: Mapping[str, Rule], parts: frozenset[str]
) -> tuple[tuple[Correlation, ...], tuple[Problem, ...]]:
    """Those of the documents that are correlations and can be in force, each after its parts.

    `parts` are the references of correlations that do not let their rules speak for themselves.
    """
    there = _There(
        names={
            reference: name for name, each in known.items() for reference in (name, *ids(each.rule))
        },
        rules=rules,
    )
    waiting = {
        name: each for name, each in known.items() if isinstance(each.rule, SigmaCorrelationRule)
    }
    problems: list[Problem] = []
    while waiting:
        ready = [name for name, each in waiting.items() if not there.parts(each) & {*waiting}]
        for name in ready or list(waiting):
            document = waiting.pop(name)
            alone = not {name, *ids(document.rule)} & parts
            try:
                there.before[name] = _correlation(document, there, alone=alone, circle=not ready)
            except _Refusal as error:
                problems.append(
                    refused("ST5402", document.place(error.key), document.rule.title, str(error))
                )
    return tuple(there.before.values()), tuple(problems)


def _correlation(document: Document, there: _There, *, alone: bool, circle: bool) -> Correlation:
    """Raises _Refusal."""
    rule: SigmaCorrelationRule = document.rule
    if circle:
        raise _Refusal("it is a part of itself", "rules")
    names = tuple(there.part(each.reference) for each in rule.rules or ())
    if not names:
        raise _Refusal("it names no rules", "rules")
    count, fewer = _condition(rule)
    by = tuple(rule.group_by or ())
    value = ""
    if rule.type is SigmaCorrelationType.VALUE_COUNT:
        told = {_field(document, _counted(rule), each, there) for each in names}
        if len(told) > 1:
            raise _Refusal("its rules have the counted field under different names", "field")
        value = told.pop()
    subject, owner = _subject(names[-1], there)
    return Correlation(
        name=document.name,
        title=rule.title,
        description=description(rule),
        severity=severity(rule),
        subject=subject,
        owner=owner,
        type=rule.type.name.lower(),
        parts=names,
        by=by,
        fields={name: tuple(_field(document, each, name, there) for each in by) for name in names},
        value=value,
        span=float(rule.timespan.seconds),
        count=count,
        fewer=fewer,
        alone=alone,
    )


def _condition(rule: SigmaCorrelationRule) -> tuple[int, bool]:
    """The least count that it asks for, or the one that is not reached (True)."""
    condition = rule.condition
    if rule.type not in _COUNTS | _ORDERS:
        raise _Refusal(f"{rule.type.name.lower()} is not evaluated here", "type")
    if not isinstance(condition, SigmaCorrelationCondition):
        raise _Refusal("a condition of words is not evaluated here", "condition")
    if rule.type in _ORDERS:
        if condition.op is not Operator.GTE or condition.count != len(rule.rules or ()):
            raise _Refusal("all its rules must come, not some of them", "condition")
        return condition.count, False
    if condition.op in _MORE:
        count = condition.count + _MORE[condition.op]
        if count < 1:
            raise _Refusal("a count of nothing is always reached", "condition")
        return count, False
    if condition.op in _LESS and rule.type is SigmaCorrelationType.EVENT_COUNT:
        if rule.group_by or len(rule.rules or ()) != 1:
            raise _Refusal("few lines can be counted of one rule, and without groups", "condition")
        return condition.count + _LESS[condition.op], True
    raise _Refusal(
        f"over windows that slide, {condition.op.name.lower()} has no exact meaning", "condition"
    )


def _counted(rule: SigmaCorrelationRule) -> str:
    condition: Any = rule.condition
    if not isinstance(condition.fieldref, str):
        raise _Refusal("it counts the values of several fields together", "field")
    return condition.fieldref


def _field(document: Document, name: str, part: str, there: _There) -> str:
    """What a rule's lines call the field that a correlation calls so. Raises _Refusal."""
    for alias in document.rule.aliases:
        if alias.alias == name:
            told = {there.names.get(one.reference): to for one, to in alias.mapping.items()}
            if part not in told:
                raise _Refusal(f"the alias {name} says nothing of {part}", "aliases")
            name = str(told[part])
    if part in there.before:
        if name not in there.before[part].by:
            raise _Refusal(f"the groups of {part} have no {name} in common", "group-by")
        return name
    kind = there.rules[part].kind
    own = kind.names.get(name, name)
    if kind.fields is not None and own not in kind.fields:
        raise _Refusal(f"the logs of {part} have no field {name!r}", "group-by")
    return own


def _subject(part: str, there: _There) -> tuple[str, str]:
    if part in there.before:
        return there.before[part].subject, there.before[part].owner
    return there.rules[part].kind.subjects[0]
