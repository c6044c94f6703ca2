"""Files of rules as pySigma's objects, each with the place where it stands; or what is wrong."""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaModifierError, SigmaRegularExpressionError
from sigma.rule import SigmaRule

from seatrial.system.problem import Place, Problem, Severity

_CURE = "see `seatrial explain ST5401`"
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One rule, where it stands, and its name as an alert has it."""

    rule: Any  # SigmaRule or SigmaCorrelationRule
    name: str
    file: str
    node: yaml.Node

    def place(self, *keys: str) -> Place:
        """The place of the first key in the rule that is one of these, else of its begin."""
        found = next((each for key in keys for each in _keys(self.node, key)), self.node)
        return _place(self.file, found.start_mark)


def read(texts: Mapping[str, str]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Every rule of these files, and what is no rule."""
    found: list[Document] = []
    problems: list[Problem] = []
    for file, text in texts.items():
        try:
            nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
        except yaml.MarkedYAMLError as error:
            place = _place(file, error.problem_mark) if error.problem_mark else Place(file, 1, 1)
            problems.append(_broken(place, f"this is no YAML: {error.problem}"))
            continue
        except yaml.YAMLError as error:
            problems.append(_broken(Place(file, 1, 1), f"this is no YAML: {error}"))
            continue
        for node in nodes:
            one = _document(file, node)
            if isinstance(one, Problem):
                problems.append(one)
            else:
                found.append(one)
    return tuple(found), tuple(problems)


def _document(file: str, node: yaml.Node) -> Document | Problem:
    where = _place(file, node.start_mark)
    values = _values(node)
    if not isinstance(values, dict):
        return _broken(where, "a rule is a mapping")
    correlates = "correlation" in values
    try:
        with warnings.catch_warnings():  # of Python's, about brackets in expressions
            warnings.simplefilter("ignore", FutureWarning)
            rule: Any = (SigmaCorrelationRule if correlates else SigmaRule).from_dict(values)
    except (SigmaModifierError, SigmaRegularExpressionError) as error:
        key = next((each for each in _all_keys(node) if "|" in each.value), node)
        return refused("ST5402", _place(file, key.start_mark), str(values.get("title")), str(error))
    except SigmaError as error:
        return _broken(where, f"this is no Sigma rule: {error}")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # pySigma looks into values before it has judged their types
        return _broken(where, f"this is no Sigma rule: {error}")
    name = "".join(each[:1].upper() + each[1:] for each in _WORD.findall(rule.name or rule.title))
    return Document(rule=rule, name=name, file=file, node=node)


def refused(code: str, place: Place, title: str, reason: str, cure: str = "") -> Problem:
    """A rule that is not in force."""
    return Problem(
        code,
        place,
        f"the rule {title!r} is not in force: {reason}",
        cure or f"see `seatrial explain {code}`",
        Severity.WARNING,
    )


def _broken(place: Place, summary: str) -> Problem:
    return Problem("ST5401", place, summary, _CURE)


def _values(node: yaml.Node) -> Any:
    loader = yaml.CSafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _place(file: str, mark: Any) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _all_keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key
            yield from _all_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _all_keys(value)


def _keys(node: yaml.Node, name: str) -> Iterator[yaml.ScalarNode]:
    return (each for each in _all_keys(node) if each.value.partition("|")[0] == name)
