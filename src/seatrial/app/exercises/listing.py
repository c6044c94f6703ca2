"""The ladder as it stands: what was exercised when, what is due, what is being held."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.apply import planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.app.exercises.journal import Journal
from seatrial.app.exercises.record import folded
from seatrial.app.exercises.room import folder
from seatrial.app.exercises.sign import FOLLOWED, last
from seatrial.contract.evidence import Evidence, Verdict
from seatrial.contract.exercise import Exercise, Lesson, Record
from seatrial.evidence.assess import worst
from seatrial.evidence.chain import whole
from seatrial.evidence.stale import Aged, Today, aged
from seatrial.system.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One exercise. `due` is in seconds since the epoch; None: it was never held, and is due now.

    `last` is its newest record, `held` one that is not closed. `verdict` is what the record is
    worth today, with the aspects that are not proven and why.
    """

    exercise: Exercise
    last: Record | None
    held: Record | None
    due: float | None
    verdict: Verdict
    aspects: tuple[tuple[str, Aged], ...]
    lessons: tuple[Lesson, ...]

    @property
    def wrong(self) -> tuple[tuple[str, Aged], ...]:
        """What of it is not proven."""
        return tuple(each for each in self.aspects if each[1].verdict is not Verdict.PROVEN)

    def overdue(self, now: float) -> tuple[Lesson, ...]:
        """Findings past their day."""
        return tuple(each for each in self.lessons if each.due <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All of a system's, as of `now`, with warnings about the file."""

    system: str
    environment: str
    now: float
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def ladder(file: Path, *, clock: Callable[[], float] = time.time) -> Ladder:
    """As of now, what is due first. Raises Refused, RuntimeFailure, EvidenceFailure."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    books = Books(planned, runtime)
    whole(books.store)
    newest, today = books.newest(), books.today(clock())
    rows = []
    for each in planned.exercises():
        journal = Journal(folder=folder(planned), name=each.name)
        found = [last(books, one.name) for one in each.aspects]
        records = [one for one in found if one is not None]
        newest_record = max(records, key=lambda one: one.ended or 0.0, default=None)
        mended = last(books, f"{FOLLOWED}{each.name}")  # signed anew with each that is mended
        rows.append(
            row(
                each,
                newest,
                today,
                record=newest_record,
                mended=mended,
                held=folded(journal.entries()),
            )
        )
    return Ladder(
        system=planned.system.name,
        environment=planned.environment,
        now=today.now,
        rows=tuple(sorted(rows, key=lambda each: each.due or 0.0)),
        problems=planned.checked,
    )


def row(
    exercise: Exercise,
    evidence: Mapping[str, Evidence],
    today: Today,
    *,
    record: Record | None,
    mended: Record | None,
    held: Record | None,
) -> Row:
    """One row. Pure. One that was broken off is due as if it had not been held."""
    aspects = tuple(
        (each.name, _worth(evidence.get(each.name), today)) for each in exercise.aspects
    )
    ended = record.ended if record is not None and not record.broken_off else None
    lessons = mended.lessons if mended is not None else ()
    return Row(
        exercise=exercise,
        last=record,
        held=held,
        due=None if ended is None else ended + exercise.every,
        verdict=worst(each.verdict for _, each in aspects),
        aspects=aspects,
        lessons=tuple(each for each in lessons if not each.done),
    )


def _worth(evidence: Evidence | None, today: Today) -> Aged:
    if evidence is None:
        return Aged(verdict=Verdict.UNKNOWN, reason="never exercised")
    return aged(evidence, today)
