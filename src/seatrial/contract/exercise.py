"""An exercise: people and machines do together what a bad day would ask of them, and write it down.

Values only. What is injected meanwhile are the scenarios of drills, and the same machinery runs
them; what people say is theirs to say, and nobody fills it in for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.contract.checklist import Done, Line
from seatrial.contract.evidence import Verdict
from seatrial.contract.scenario import Figure, Judgement


class Rung(StrEnum):
    """How much of a bad day an exercise is, the least first."""

    CHECKLIST = "checklist"  # is what the plans say still so?
    TABLE_TOP = "table-top"  # talked through, nothing is touched
    DRILL = "drill"  # a part is broken, and brought back
    FULL = "full"  # all of it, with everybody


BROKEN_RUNGS = frozenset({Rung.DRILL, Rung.FULL})  # those in which something is broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A decision, an answer to a card, or what was seen of a line of a page; in their words.

    `at` is in seconds since the epoch, `card` the card's or the line's name.
    """

    at: float
    by: str
    text: str
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be mended after an exercise: by whom, and until when.

    `due` is the end of the last day, in seconds since the epoch; `done` is when it was said to be
    mended, 0 until then, and `how` what was done.
    """

    number: int
    text: str
    owner: str
    due: float
    done: float = 0.0
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one expectation showed while the exercise was held; `evidence` is that one's id.

    `acted` is when the drill injected, in seconds since the epoch; 0 where it did not.
    """

    evidence: str
    expectation: str
    scenario: str
    requirements: tuple[str, ...]
    verdict: Verdict
    reason: str
    started: float
    finished: float
    figures: tuple[Figure, ...] = ()
    acted: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What an exercise was to be, when it began: `cards`, `scenarios` and who takes part by name.

    `begin` and `end` are the scenarios that call and inform people, or empty. `wide` are those of
    the scenarios that lose a region whole, `regions` is how many are run. `lines` are those of the
    pages that are followed, each with those of its `shown_by` that can show it in this exercise.
    """

    name: str
    rung: Rung
    takes_part: tuple[str, ...]
    informs: tuple[str, ...]
    cards: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    begin: str = ""
    end: str = ""
    wide: tuple[str, ...] = ()
    regions: int = 1
    lines: tuple[Line, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """Every scenario, in the order in which they are run."""
        return tuple(each for each in (self.begin, *self.scenarios, self.end) if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of an exercise. Instants are in seconds since the epoch.

    `ended` is None while it is held. `ill` is what did not run as it should once all was done; None
    where nobody looked, `looked` when. `broken_off` says why it came to no end, or is empty.
    `rests` are the digests of what it rested on when it began, by the subject's name, the pages
    that it followed among them. `ticks` are the lines that people did, by their word; `executed` is
    what became of each line of the pages, worked out when it was closed.
    """

    id: str
    planned: Planned
    rests: Mapping[str, str] = field(hash=False)
    begun: float
    by: str
    ended: float | None = None
    closed_by: str = ""
    present: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    decisions: tuple[Said, ...] = ()
    answers: tuple[Said, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    ill: tuple[str, ...] | None = None
    looked: float = 0.0
    broken_off: str = ""
    ticks: tuple[Said, ...] = ()
    executed: tuple[Done, ...] = ()

    def of(self, *scenarios: str) -> tuple[Shown, ...]:
        """What was shown in these scenarios."""
        return tuple(each for each in self.shown if each.scenario in scenarios)

    @property
    def left(self) -> tuple[str, ...]:
        """The scenarios that were not run yet."""
        run = {each.scenario for each in self.shown}
        return tuple(each for each in self.planned.steps if each not in run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """What a record is held to: `judge` is pure, of (record, now in seconds since the epoch).

    `spoil` makes the same record with one `defect`, with which it must not be met; None where the
    record has nothing to spoil. `until` says when it is worth nothing any more for another reason
    than the exercise's age: seconds since the epoch, or None. `page` is the one of which it says
    that it was followed, and rests on; or empty.
    """

    name: str
    requirements: tuple[str, ...]
    summary: str
    defect: str
    judge: Callable[[Record, float], Judgement]
    spoil: Callable[[Record, float], Record | None]
    until: Callable[[Record], float | None] = field(default=lambda _record: None)
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One rung of the ladder. `every` is in seconds: an older record is worth nothing any more.

    `wanted` are what the names of its scenarios begin with; empty: all that bring something back.
    `depends` are the dotted paths of the file that its record rests on, `follows` the pages that it
    does as they stand.
    """

    name: str
    rung: Rung
    summary: str
    every: float
    takes_part: tuple[str, ...]
    informs: tuple[str, ...]
    cards: tuple[str, ...]
    wanted: tuple[str, ...]
    begin: str
    end: str
    regions: int
    aspects: tuple[Aspect, ...]
    depends: tuple[str, ...]
    follows: tuple[str, ...] = ()


PAGE = "page:"  # before a page's name: the subject that a record of what follows it rests on
HELD = "exercise:"  # before an exercise's name: what the evidence of its record names as scenario
