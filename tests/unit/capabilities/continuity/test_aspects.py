"""What a record is worth: met as it is, red with its defect, blind where nobody looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from exercise_samples import DAY, NOW, PLANNED, RECORD, TABLE_TOP

from seatrial.capabilities.continuity import aspects
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import Lesson, Record, Rung
from seatrial.contract.scenario import State

DRILL = {each.name.partition("/")[0]: each for each in aspects.of("recovery", Rung.DRILL)}
TALK = {each.name.partition("/")[0]: each for each in aspects.of("table-top", Rung.TABLE_TOP)}
EVERY = [(RECORD, each) for each in DRILL.values()] + [(TABLE_TOP, each) for each in TALK.values()]


def judged(name: str, record: Record) -> tuple[State, str]:
    found = (DRILL | TALK)[name].judge(record, NOW)
    return found.state, found.reason


def without(record: Record, *expectations: str) -> Record:
    kept = tuple(each for each in record.shown if each.expectation not in expectations)
    return replace(record, shown=kept)


def with_verdict(record: Record, expectation: str, verdict: Verdict) -> Record:
    return replace(
        record,
        shown=tuple(
            replace(each, verdict=verdict) if each.expectation == expectation else each
            for each in record.shown
        ),
    )


@pytest.mark.parametrize(("record", "aspect"), EVERY, ids=lambda each: getattr(each, "name", ""))
def test_a_good_record_meets_each_and_turns_red_with_its_defect(
    record: Record, aspect: aspects.Aspect
) -> None:
    assert aspect.judge(record, NOW).state is State.MET
    spoiled = aspect.spoil(record, NOW)
    assert spoiled is not None
    assert aspect.judge(spoiled, NOW).state is State.BROKEN


@pytest.mark.parametrize(("record", "aspect"), EVERY, ids=lambda each: getattr(each, "name", ""))
def test_one_that_was_broken_off_proves_nothing(record: Record, aspect: aspects.Aspect) -> None:
    found = aspect.judge(replace(record, broken_off="a real incident"), NOW)
    assert (found.state, found.reason) == (State.BROKEN, "broken off: a real incident")


def test_the_items_are_those_of_continuity_and_the_criterion_is_recovery() -> None:
    assert {id_ for each in DRILL.values() for id_ in each.requirements} == {
        *("R22.1", "R22.2", "R22.3", "R22.4", "S5")
    }
    assert DRILL["recovered"].requirements == ("R22.4", "S5")


@pytest.mark.parametrize(
    ("name", "change", "state", "said"),
    [
        (
            "tested",
            lambda one: with_verdict(one, "kept/x", Verdict.FAILED),
            State.BROKEN,
            "kept/x: seen",
        ),
        (
            "tested",
            lambda one: with_verdict(one, "kept/x", Verdict.UNKNOWN),
            State.BLIND,
            "kept/x is unknown: seen",
        ),
        (
            "tested",
            lambda one: without(one, "kept/x", "resumed/x"),
            State.BLIND,
            "not run, or nothing seen in it: primary-crash-database",
        ),
        (
            "tested",
            lambda one: replace(one, planned=replace(PLANNED, scenarios=())),
            State.BLIND,
            "it breaks nothing here: no drill was chosen",
        ),
        (
            "tested",
            lambda one: replace(one, planned=replace(PLANNED, rung=Rung.FULL, regions=2)),
            State.BLIND,
            "no region was lost in it",
        ),
        ("attended", lambda one: replace(one, present=("data",)), State.BROKEN, "not there: web"),
        (
            "attended",
            lambda one: replace(one, present=()),
            State.BLIND,
            "nobody wrote down who was there",
        ),
        (
            "attended",
            lambda one: with_verdict(one, "called/x", Verdict.FAILED),
            State.BROKEN,
            "called/x: seen",
        ),
        (
            "attended",
            lambda one: replace(one, planned=replace(PLANNED, takes_part=())),
            State.BLIND,
            "the file names nobody who takes part",
        ),
        (
            "informed",
            lambda one: with_verdict(one, "told/x", Verdict.FAILED),
            State.BROKEN,
            "told/x: seen",
        ),
        (
            "informed",
            lambda one: replace(one, planned=replace(PLANNED, informs=())),
            State.BLIND,
            "the file names no audience: customers, management and authorities are not told",
        ),
        (
            "informed",
            lambda one: replace(one, decisions=()),
            State.BLIND,
            "they were told, and no decision was written down",
        ),
        (
            "recovered",
            lambda one: with_verdict(one, "resumed/x", Verdict.FAILED),
            State.BROKEN,
            "resumed/x: seen",
        ),
        (
            "recovered",
            lambda one: without(one, "kept/x"),
            State.BLIND,
            "nobody looked whether the data is whole",
        ),
        (
            "recovered",
            lambda one: without(one, "kept/x", "resumed/x"),
            State.BLIND,
            "nothing was brought back in it",
        ),
        (
            "recovered",
            lambda one: replace(one, ill=None),
            State.BLIND,
            "nobody looked whether all ran in the end",
        ),
        (
            "recovered",
            lambda one: replace(one, ill=("ledger.0 is held",)),
            State.BROKEN,
            "in the end it was not as before: ledger.0 is held",
        ),
    ],
)
def test_what_is_wrong_or_unknown_is_said(
    name: str, change: Callable[[Record], Record], state: State, said: str
) -> None:
    assert judged(name, change(RECORD)) == (state, said)


def test_who_is_told_after_the_drill_has_begun_is_told_too_late() -> None:
    late = tuple(
        replace(each, started=NOW - 55, finished=NOW - 45) if each.expectation == "told/x" else each
        for each in RECORD.shown
    )
    state, reason = judged("informed", replace(RECORD, shown=late))
    assert (state, reason) == (State.BROKEN, "the first drill had begun before they were told")


def test_who_is_told_that_it_is_over_before_it_is_was_told_wrong() -> None:
    early = tuple(
        replace(each, started=NOW - 58) if each.expectation == "told/y" else each
        for each in RECORD.shown
    )
    state, reason = judged("informed", replace(RECORD, shown=early))
    assert (state, reason) == (State.BROKEN, "they were told that it is over before it was")


def test_the_figures_of_recovery_are_those_of_its_proofs_with_their_targets() -> None:
    found = DRILL["recovered"].judge(RECORD, NOW).figures
    assert [(each.name, each.value, each.target) for each in found] == [
        ("resumed/x: no write", 7.7, 14400.0)
    ]


def test_a_finding_counts_until_it_is_mended_and_is_worth_nothing_from_its_day_on() -> None:
    lesson = Lesson(number=1, text="no list", owner="web", due=NOW + DAY)
    open_ = replace(RECORD, lessons=(lesson,))
    assert judged("followed-up", open_)[0] is State.MET
    assert DRILL["followed-up"].until(open_) == NOW + DAY
    late = replace(RECORD, lessons=(replace(lesson, due=NOW - DAY),))
    assert judged("followed-up", late) == (State.BROKEN, "no list (web, 24 h overdue)")
    done = replace(RECORD, lessons=(replace(lesson, due=NOW - DAY, done=NOW),))
    assert judged("followed-up", done)[0] is State.MET
    assert DRILL["followed-up"].until(done) is None


def test_a_card_without_an_answer_is_named() -> None:
    assert judged("answered", replace(TABLE_TOP, answers=())) == (
        State.BROKEN,
        "without an answer: lost-database",
    )
