"""A capability: a promise to the user, as a frozen bundle of plain functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from seatrial.contract.declaration import Declarations
from seatrial.contract.examination import Examination
from seatrial.contract.exercise import Exercise
from seatrial.contract.output import Output
from seatrial.contract.placement import Placement
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.system import regions
from seatrial.system.codes import CodeDoc
from seatrial.system.model import System
from seatrial.system.problem import Problem


class Dialect(StrEnum):
    """In which form an output is wanted: files for an engine, or objects for its operator."""

    FILES = "files"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a capability may read before anything has a place.

    `settings` is the capability's own section of the file, parsed by its own model.
    `rehearsal` tells an environment where faults are free from one where they are not, `beside`
    one in which services and stores run without seatrial: it sees them as any stranger would.
    `texts` are the user's own files that its `reads` has named, by their names.
    `runtime` is the name of what runs it; empty where only the file is judged.
    """

    system: System
    settings: Any
    dialect: Dialect = Dialect.FILES
    rehearsal: bool = True
    beside: bool = False
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    runtime: str = ""

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that are run, home first: a cluster, and what runs already, is one."""
        return _regions(self.system, self.dialect, beside=self.beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a capability may read once everything has a place.

    `versions` maps an engine's name to the version that will run: render for that one. `texts` are
    as the intent's.
    """

    system: System
    settings: Any
    placement: Placement
    declarations: Declarations
    dialect: Dialect = Dialect.FILES
    rehearsal: bool = True
    beside: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that are run, home first: a cluster, and what runs already, is one."""
        return _regions(self.system, self.dialect, beside=self.beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file or folder of the user's, below the main file's folder, and the key that names it.

    Of a folder those files are read whose names end in one of `suffixes`.
    """

    name: str
    key: tuple[str | int, ...]
    suffixes: tuple[str, ...] = ()


def _regions(system: System, dialect: Dialect, *, beside: bool) -> tuple[str, ...]:
    one = beside or dialect is Dialect.OPERATOR
    return (regions.home(system),) if one else regions.spread(system)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshening:
    """How one workload gets a fresh state before a batch of drills.

    It is stopped, its volume is set aside (where there is none, what it holds in memory goes),
    `files` (path, text) are put into its folder, where `commands` run, and it is started again.
    `seeded` says in a sentence what was put there, for the evidence. A command can rest on its
    engine's own programs alone: an image need hold no other.
    """

    workload: str
    volume: str = ""
    files: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    seeded: str = ""


def nothing_to_freshen(_context: Context, _now: float) -> tuple[Freshening, ...]:
    """For a capability whose state need not be fresh."""
    return ()


def nothing_to_read(_settings: Any) -> tuple[Named, ...]:
    """For a capability whose section names no files."""
    return ()


def nothing_to_examine(_context: Context) -> tuple[Examination, ...]:
    """For a capability whose files no program of their engine can examine."""
    return ()


def nothing_to_exercise(_context: Context) -> tuple[Exercise, ...]:
    """For a capability that asks nothing of people."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A promise that meets requirement items (`R03.1`), in plain functions.

    `section` is the top-level key of the file it owns ("" for none), `settings` its model.
    `expectations` sees every scenario of every capability and attaches to those it can speak of.
    `freshen` (context, epoch seconds) says what starts anew before each batch of drills.
    `examinations` are the tests of its rendered files that need nothing to run.
    `exercises` are what people do together, and are to write down. `codes` explains each code of a
    problem that `check` finds. `reads` (settings) names the files of the user's that planning reads
    for it.
    """

    name: str
    title: str
    requirements: tuple[str, ...]
    section: str
    settings: type[BaseModel]
    check: Callable[[Intent], tuple[Problem, ...]]
    declare: Callable[[Intent], Declarations]
    render: Callable[[Context], Output]
    scenarios: Callable[[Context], tuple[Scenario, ...]]
    expectations: Callable[[Context, tuple[Scenario, ...]], tuple[Expectation, ...]]
    freshen: Callable[[Context, float], tuple[Freshening, ...]] = nothing_to_freshen
    examinations: Callable[[Context], tuple[Examination, ...]] = nothing_to_examine
    exercises: Callable[[Context], tuple[Exercise, ...]] = nothing_to_exercise
    codes: Mapping[str, CodeDoc] = field(default_factory=dict, hash=False)
    reads: Callable[[Any], tuple[Named, ...]] = nothing_to_read
