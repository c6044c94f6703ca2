"""The recovery documents of a system, with what its evidence says of each procedure today."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app import impact
from seatrial.app.apply import planned_for
from seatrial.app.documented import lines
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.capabilities.recovery_docs.documents import Sources, documents
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.contract.checklist import took
from seatrial.contract.declaration import Recovery
from seatrial.contract.evidence import CONTROL_FILE, Evidence, outdated
from seatrial.contract.exercise import Exercise
from seatrial.contract.page import commands, filled
from seatrial.contract.procedure import DURATION, Execution, Procedure
from seatrial.evidence.chain import whole
from seatrial.evidence.stale import Today, aged
from seatrial.review.impact import Known
from seatrial.review.impact import impact as impact_of
from seatrial.system.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The pages by the names of their files, and of each procedure what holds today.

    `executions` also holds that of each plan that an exercise has followed, by its page's name;
    `plans` are those that one is to follow. `commands` are those of each procedure's page, its
    blanks filled with their examples.
    """

    pages: Mapping[str, str]
    procedures: tuple[Procedure, ...]
    executions: Mapping[str, Execution]
    plans: tuple[str, ...]
    commands: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]


def make(file: Path, *, clock: Callable[[], float] = time.time) -> Made:
    """As of now. Raises Refused, RuntimeFailure, EvidenceFailure."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    books = Books(planned, runtime)
    whole(books.store)
    newest, today = books.newest(), books.today(clock())
    procedures = planned.declarations.procedures
    exercises = planned.exercises()
    executed = executions(procedures, newest, today) | carried_out(exercises, newest, today)
    found = documents(
        planned.system,
        Sources(
            procedures=procedures,
            executions=executed,
            measured={each.name: measured(each, newest, today) for each in procedures},
            impact=impact_of(
                planned.system, impact.known(planned.declarations.recoveries, newest, today)
            ),
            audiences=planned.declarations.audiences,
            lines=lines(planned),
            environment=planned.environment,
            file=str(file.absolute()),
            now=today.now,
        ),
    )
    texts = {each.name: markdown(each) for each in found}
    return Made(
        pages={
            **{f"{name}.md": text for name, text in texts.items()},
            **{f"{each.name}.html": html(each) for each in found},
        },
        procedures=procedures,
        executions=executed,
        plans=tuple(dict.fromkeys(one for each in exercises for one in each.follows)),
        commands={
            each.name: tuple(
                filled(line, {one.mark: one.example for one in each.blanks})
                for line in commands(texts[each.name])
            )
            for each in procedures
        },
        problems=planned.checked,
    )


def measured(
    procedure: Procedure, evidence: Mapping[str, Evidence], today: Today
) -> Mapping[str, Known]:
    """What a proof that holds today has measured of each objective, by its name. Pure."""
    ways = tuple(
        Recovery(
            subject=each.name,
            means=each.means,
            expectation=each.expectation,
            figure=each.figure,
            lacks=each.lacks,
        )
        for each in procedure.objectives
    )
    return impact.known(ways, evidence, today)


def executions(
    procedures: tuple[Procedure, ...], evidence: Mapping[str, Evidence], today: Today
) -> dict[str, Execution]:
    """The last execution of each procedure; none for one that was never executed. Pure.

    A control's run is none: evidence that has no other raw file is of a drill that was never run.
    """
    found: dict[str, Execution] = {}
    for each in procedures:
        one = evidence.get(each.expectation)
        if one is not None and not all(raw.name == CONTROL_FILE for raw in one.artefacts):
            found[each.name] = _execution(one, DURATION, today)
    return found


def carried_out(
    exercises: tuple[Exercise, ...], evidence: Mapping[str, Evidence], today: Today
) -> dict[str, Execution]:
    """The last exercise that followed each plan; none for a plan that none has followed. Pure."""
    found: dict[str, Evidence] = {}
    for aspect in (each for exercise in exercises for each in exercise.aspects):
        one, page = evidence.get(aspect.name), aspect.page
        if page and one is not None:
            earlier = found.get(page)
            found[page] = one if earlier is None or one.finished > earlier.finished else earlier
    return {page: _execution(one, took(page), today) for page, one in found.items()}


def _execution(one: Evidence, figure: str, today: Today) -> Execution:
    """What evidence says of an execution; its duration is in that figure."""
    now = aged(one, today)
    control = one.control
    seconds = [each.value for each in one.figures if each.name == figure]
    return Execution(
        verdict=now.verdict,
        reason=now.reason,
        at=one.finished,
        seconds=seconds[0] if seconds else None,
        evidence=one.id,
        control=control is not None and control.red is True and not outdated(control, today.now),
    )
