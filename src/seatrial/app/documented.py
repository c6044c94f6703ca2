"""The plans and checklists as they are to be followed: their lines, and digests of their pages.

A digest is of the page as it stands without what evidence says of it today: what is measured anew
changes no plan.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from seatrial.app.plan import Plan
from seatrial.capabilities.recovery_docs import lines as written
from seatrial.capabilities.recovery_docs.documents import Sources, documents
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.contract.checklist import BEGIN, CHECKLISTS, END, PLANS, RUNS, Line
from seatrial.contract.exercise import Exercise
from seatrial.contract.scenario import Expectation
from seatrial.review.impact import impact

_WHOLE = frozenset({"R20.4", "R21.2"})  # whose proofs look for lost or damaged data


def lines(planned: Plan) -> tuple[Line, ...]:
    """Every line of the pages, as it stands there."""
    declared = planned.declarations
    return written.lines(
        planned.system, declared.procedures, declared.audiences, declared.recoveries
    )


def digests(planned: Plan) -> Mapping[str, str]:
    """Of each page that an exercise can follow, by its name: SHA-256 of its Markdown."""
    declared = planned.declarations
    bare = Sources(
        procedures=declared.procedures,
        executions={},
        measured={},
        impact=impact(planned.system, {}),
        audiences=declared.audiences,
        lines=lines(planned),
        environment=planned.environment,
        file="",
        now=0.0,
    )
    return {
        each.name: hashlib.sha256(markdown(each).encode()).hexdigest()
        for each in documents(planned.system, bare)
        if each.name in (*PLANS, CHECKLISTS)
    }


def followed(
    planned: Plan, exercise: Exercise, attached: tuple[Expectation, ...], run: frozenset[str]
) -> tuple[Line, ...]:
    """The lines of the pages that an exercise follows, each with what can show it there.

    `attached` are all expectations of the system, `run` the scenarios that the exercise runs.
    """
    own = tuple(each for each in lines(planned) if each.page in exercise.follows)
    known = {each.name for each in attached} | {RUNS}
    seen = {each.name for each in attached if each.scenario in run} | {RUNS}
    return tuple(_bound(each, exercise, attached, known, seen) for each in own)


def shows(planned: Plan, exercise: Exercise, attached: tuple[Expectation, ...]) -> set[str]:
    """The scenarios in which a line of the pages that an exercise follows can be shown."""
    own = [each for each in lines(planned) if each.page in exercise.follows]
    names = {name for each in own for name in each.shown_by}
    return {each.scenario for each in attached if each.name in names}


def _bound(
    line: Line,
    exercise: Exercise,
    attached: tuple[Expectation, ...],
    known: set[str],
    seen: set[str],
) -> Line:
    ends = ((BEGIN, exercise.begin), (END, exercise.end))
    named = tuple(_named(each, ends) for each in line.shown_by) or tuple(_data(line, attached))
    # what an audience or a team is told by is the exercise's own, and may be none
    gone = line.by_hand and bool(named) and not known & {*named}
    if gone and line.page == CHECKLISTS:
        return replace(line, shown_by=named, gone=True)
    return replace(line, shown_by=tuple(each for each in named if each in seen))


def _named(name: str, ends: tuple[tuple[str, str], ...]) -> str:
    for mark, scenario in ends:
        name = name.replace(mark, scenario)
    return name


def _data(line: Line, attached: tuple[Expectation, ...]) -> Iterator[str]:
    """What looks whether the data of the store is whole that a line of validation asks for."""
    if line.name.startswith(written.DATA):
        store = f"stores.{line.name.removeprefix(written.DATA)}"
        yield from (
            each.name
            for each in attached
            if _WHOLE & {*each.requirements} and store in each.depends
        )
