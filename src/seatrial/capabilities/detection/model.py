"""Rules and correlations in force, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.capabilities.detection.mapping import STREAM, Kind
from seatrial.contract.declaration import Severity
from seatrial.engines.victorialogs import logsql
from seatrial.system.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in force: a filter of lines, and of whom they speak.

    `alone`: a line that matches is an alert; else only correlations look at it.
    """

    name: str
    title: str
    description: str
    severity: Severity
    where: str
    kind: Kind
    alone: bool

    def query(self, subjects: tuple[str, ...]) -> str:
        """The filter, in the streams of these subjects."""
        streams = tuple(one for each in subjects for one in self.kind.writers.get(each, (each,)))
        return logsql.both((logsql.stream(STREAM, streams), self.where))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose lines it looks at."""
        return tuple(name for name, _ in self.kind.subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """One correlation in force, over rules and other correlations by name.

    `by` are the names of what a group has in common, `fields` for each rule the fields that hold
    it, in that order, `value` the field whose distinct values are counted. `span` is in seconds.
    `fewer`: it holds while less than `count` lines match now, and is asked for by one query.
    """

    name: str
    title: str
    description: str
    severity: Severity
    subject: str
    owner: str
    type: str
    parts: tuple[str, ...]
    by: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(hash=False)
    value: str
    span: float
    count: int
    fewer: bool
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rules and correlations in force, and what is wrong with the others."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    problems: tuple[Problem, ...] = ()
